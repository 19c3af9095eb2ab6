import Testing

@testable import Imaging

@Suite("Renditions carry nothing but the picture")
struct SafetyTests {
    @Test("Position, comments, profiles and trailing data are gone from both renditions")
    func metadataStripped() throws {
        let facts = CaptureFacts(orientation: 6, latitude: 31.2304, longitude: 121.4737, make: "Maker", model: "Model")
        let extras =
            Bytes.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<x/>".utf8))
            + Bytes.segment(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + Array(repeating: 7, count: 300))
            + Bytes.segment(0xED, Array("Photoshop 3.0\0".utf8)) + Bytes.segment(0xFE, Array("secret".utf8))
        let plain = try Pixels.landscape(width: 400, height: 300).jpeg()
        let photo = try normalized(insertExif(facts, into: Bytes.inserting(extras, into: plain)) + Array("tail".utf8))
        for rendition in [photo.large, photo.thumbnail] {
            let codes = Bytes.headerCodes(rendition.bytes)
            #expect(codes.allSatisfy { [0xE0, 0xDB, 0xC0, 0xC4].contains($0) })
            #expect(codes.filter { $0 == 0xE0 }.count <= 1)
            let inspection = try inspected(rendition.bytes)
            #expect(inspection.facts == CaptureFacts())
            #expect(inspection.bytesAfterEnd == 0 && !inspection.endMissing && !inspection.progressive)
        }
        #expect(photo.facts.make == "Maker" && !photo.damaged)
    }

    @Test("Originals and renditions are identified by SHA-256")
    func digests() throws {
        #expect(
            sha256Hex(Array("abc".utf8).span.bytes)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let jpeg = try Pixels.landscape(width: 40, height: 30).jpeg()
        let photo = try normalized(jpeg)
        #expect(photo.originalSHA256 == sha256Hex(jpeg.span.bytes) && photo.originalBytes == jpeg.count)
        #expect(photo.large.sha256 == sha256Hex(photo.large.bytes.span.bytes))
        #expect(photo.thumbnail.sha256 == sha256Hex(photo.thumbnail.bytes.span.bytes))
        #expect(photo.pipelineVersion == NormalizedPhoto.currentPipelineVersion)
    }

    @Test("The same photo gives the same bytes every time")
    func deterministic() throws {
        let jpeg = try Pixels.landscape(width: 700, height: 500).jpeg()
        #expect(try normalized(jpeg) == normalized(jpeg))
    }

    @Test("A rendition can be normalised again")
    func idempotentKind() throws {
        let once = try normalized(Pixels.landscape(width: 2500, height: 300).jpeg())
        let twice = try normalized(once.large.bytes)
        #expect(twice.large.width == once.large.width && !twice.damaged)
    }
}
