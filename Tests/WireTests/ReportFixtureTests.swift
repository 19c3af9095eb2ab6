import Foundation
import Intake
import Patrol
import TestSupport
import Testing
import Wire

let reportFixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

func completeReport() throws -> PatrolReport {
    try decodeExactly(PatrolReport.self, from: reportBytes("report-v1-complete.json"))
}

private func reportBytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: reportFixtures.appending(path: name)))
}

/// Records that handhelds froze in their outbox. They must decode for ever, so these files are never edited; a new
/// version of the wire adds files.
@Suite("Landed wire versions")
struct ReportFixtureTests {
    @Test func `a complete report of version 1`() throws {
        let report = try completeReport()
        let record = try patrolRecord(id: "01956A00-0000-7000-8000-00000000000B", from: report)
        #expect(record.id == "01956a00-0000-7000-8000-00000000000b")
        #expect(record.capturedAt == instant("2026-03-05T01:12:44.250Z"))
        #expect(
            record.device
                == .init(
                    id: "tablet-07.a_B", sequence: 412,
                    previousSHA256: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    bootID: "0a7b0c6e",
                    uptime: 86_400_123))
        #expect(report.device.app == "fieldcli 0.1")
        #expect(record.grid == areaID(5))
        #expect(
            record.visit
                == VisitClaim(
                    subject: .place(id: "P5-1"), outcome: .place(.suspended), until: day("2026-04-30"),
                    participants: [
                        .init(person: "W6", name: nil, capacity: .gridLead),
                        .init(person: nil, name: "社区民警", capacity: .gridPolice),
                    ]))
        #expect(
            record.fix
                == Fix(
                    position: Position(latitude: 30.87012, longitude: 120.42559, system: .gcj02), accuracyMetres: 12.5,
                    provider: .fused, time: instant("2026-03-05T01:12:40Z"), isMock: false))
        #expect(record.text == "店主回老家，邻居说月底回来。\n门口有杂物。")
        #expect(
            record.photos == [
                .init(
                    sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", bytes: 3_145_728,
                    role: .scene),
                .init(sha256: "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7", bytes: 1, role: nil),
            ])
        #expect(
            record.findings == [
                .init(kind: .safetyHazard, text: "消防通道堆物", isUrgent: true),
                .init(kind: .residentNeed, text: "路灯不亮", isUrgent: false),
            ])
        #expect(record.supersedes == "01956a00-0000-7000-8000-00000000000a")
    }

    @Test func `the least report of version 1`() throws {
        let decoded = try decode(PatrolReport.self, from: reportBytes("report-v1-minimal.json"))
        #expect(decoded.unknown == [])
        let record = try patrolRecord(id: reportID(1), from: decoded.value)
        #expect(record.text == "" && record.visit == nil && record.fix == nil && record.grid == nil)
        #expect(record.photos == [] && record.findings == [] && record.supersedes == nil)
        #expect(record.device == .init(id: "t", sequence: 1, previousSHA256: nil, bootID: nil, uptime: nil))
    }

    @Test func `a report of a newer handheld is read with what is not known set aside`() throws {
        var text = String(decoding: try reportBytes("report-v1-complete.json"), as: UTF8.self)
        text.replace(#""version": 1,"#, with: #""version": 1, "weather": {"rain": true}, "tags": ["夜查"],"#)
        let decoded = try decode(PatrolReport.self, from: Array(text.utf8))
        #expect(decoded.unknown == ["/weather", "/tags"])
        #expect(try patrolRecord(id: reportID(1), from: decoded.value).visit != nil)
    }
}
