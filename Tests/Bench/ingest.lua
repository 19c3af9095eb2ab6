-- wrk script: each request is a new record about the next place of the roster.
-- Arguments after "--": token file, file of place ids, a number that no other run of this bench has, and, for a device's
-- token, a file with a proof for each request.
local token, places, run, count = nil, {}, 0, 0
local proofs
local thread_number = 0

function setup(thread)
   thread:set("thread_number", thread_number)
   thread_number = thread_number + 1
end

function init(args)
   token = io.open(args[1]):read("l")
   for line in io.lines(args[2]) do places[#places + 1] = line end
   run = tonumber(args[3])
   if args[4] then proofs = io.lines(args[4]) end
end

function request()
   count = count + 1
   local id = string.format("0190%04x-%04x-7%03x-8%03x-%012x", run % 65536, math.floor(count / 65536) % 65536,
      thread_number % 4096, math.floor(count / 4096) % 4096, count)
   local place = places[count % #places + 1]
   local body = string.format(
      '{"version":1,"capturedAt":"%s","device":{"id":"bench-%d","sequence":%d,'
      .. '"previousSha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",'
      .. '"bootId":"0d9e7c4e-6a0e-4c0c-9a3c-0d9f2f3f4a55","uptimeMilliseconds":%d,"app":"bench"},'
      .. '"subject":{"kind":"place","id":"%s"},"outcome":"checked","fix":{"latitude":30.87,"longitude":120.42,'
      .. '"system":"WGS-84","accuracyMetres":12,"provider":"gps","time":"%s","mock":false},"text":"正常"}',
      os.date("!%Y-%m-%dT%H:%M:%SZ"), thread_number, count, count, place, os.date("!%Y-%m-%dT%H:%M:%SZ"))
   local headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
   if proofs then
      headers["Authorization"] = "DPoP " .. token
      headers["DPoP"] = proofs()
   end
   return wrk.format("PUT", "/v1/reports/" .. id, headers, body)
end
