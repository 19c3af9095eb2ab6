import Foundation
import HTTPTypes
import Imaging
import Patrol
import Store
import TestSupport
import Testing
import Wire
import Yams

@testable import Gateway

@Suite("What api-spec/openapi.yaml promises is what the gateway does")
struct SpecificationTests {
    @Test("Every operation of the specification is routed, and every route but the pages is in it")
    func operationsAndRoutes() async throws {
        let specified = Set(try Specification().operations.map(\.name))
        let pages: Set = [
            "GET /", "GET /style.css", "GET /login", "POST /login", "POST /logout", "GET /coverage", "GET /due",
            "GET /password", "POST /password", "GET /device.js", "GET /enrol", "POST /enrol",
        ]
        try await withGateway { house in
            let routed = Set(house.gateway.routes.map { "\($0.method.rawValue) \($0.path)" })
            #expect(pages.isSubset(of: routed))
            #expect(routed.subtracting(pages) == specified)
        }
    }

    @Test("The gateway serves the very specification, in full")
    func served() async throws {
        try await withGateway { house in
            let answer = try await house.get("/openapi.yaml")
            #expect(answer.status == 200 && answer.headers[.contentType] == "application/yaml")
            #expect(try answer.text == Specification.text())
        }
    }

    @Test("Every JSON body has an example, and every example decodes into its wire type")
    func examples() throws {
        let spec = try Specification()
        var decoded = 0
        for body in spec.bodies where body.mediaType.hasSuffix("json") && !body.mediaType.hasSuffix("ndjson") {
            #expect(!body.examples.isEmpty, "\(body.place) has no example")
            let type = try #require(body.schema, "\(body.place) names no component")
            let decode = try #require(wireTypes[type], "\(body.place): no wire type is known for \(type)")
            for (name, value) in body.examples {
                let bytes = Array(try JSONSerialization.data(withJSONObject: value))
                #expect(throws: Never.self, "\(body.place), example \(name)") { try decode(bytes) }
                decoded += 1
            }
        }
        #expect(decoded > 30)
    }

    @Test("Every problem that the gateway can answer is promised with its status, and no other")
    func problems() throws {
        let spec = try Specification()
        let outcomes = everyError.map { Outcome(describing: $0) }
        let known = Set(outcomes.map(\.code))
        #expect(spec.codesOfProblemSchema == known)
        // Pages alone answer `cross-site`; it has no response in the specification.
        for outcome in outcomes where outcome.code != "cross-site" {
            #expect(spec.promises(outcome.status.code, outcome.code), "\(outcome.status.code) \(outcome.code)")
        }
        for (status, code) in spec.promisedProblems {
            #expect(outcomes.contains { $0.status.code == status && $0.code == code }, "\(status) \(code) can't occur")
        }
    }

    @Test("Answers are closed: additional members are forbidden in every schema that only the gateway writes")
    func closedAnswers() throws {
        let sentByHandhelds: Set = [
            "PatrolReport", "Device", "Subject", "Participant", "Fix", "PhotoReference", "Finding",
            "HeardTime", "Checklist", "ChecklistItem",
        ]
        // GeoJSON may carry members that nobody asked for (RFC 7946, 6.1), and maps read what we write.
        let foreign: Set = ["BoundaryInput", "BoundaryOutput"]
        for (name, schema) in try Specification().schemas where schema["type"] as? String == "object" {
            #expect(
                ((schema["additionalProperties"] as? Bool) == false) == !(sentByHandhelds.union(foreign)).contains(
                    name), "\(name)")
        }
    }

    @Test("The words of the specification are those of the rules, none missing and none invented")
    func enumerations() throws {
        let schemas = try Specification().schemas
        func words(_ name: String) -> Set<String> { Set(schemas[name]?["enum"] as? [String] ?? []) }
        #expect(words("EvidenceGrade") == Set(EvidenceGrade.allCases.map(\.rawValue)))
        #expect(words("ReasonCode") == Set(EvidenceReason.allCases.map(\.rawValue)))
        #expect(words("Standing") == Set(Standing.allCases.map(\.name) + ["notOnRoster"]))
        #expect(words("ObligationState") == Set(ObligationState.allCases.map(\.rawValue)))
        #expect(words("SubjectKind") == Set(SubjectKind.allCases.map(\.rawValue)))
        #expect(words("PasswordDue") == Set(PasswordDue.allCases.map(\.rawValue)))
        #expect(words("ReadingPurpose") == Set(ReadingPurpose.allCases.map(\.rawValue)))
        #expect(words("Role") == Set(Role.allCases.map(\.rawValue)))
    }
}

/// The wire type of each schema that is a body.
private let wireTypes: [String: @Sendable ([UInt8]) throws -> Void] = [
    "PatrolReport": { bytes in
        let decoded = try decode(PatrolReport.self, from: bytes)
        #expect(decoded.unknown.isEmpty)
    },
    "Receipt": { _ = try decodeExactly(Receipt.self, from: $0) },
    "StoredReport": { _ = try decodeExactly(StoredReport.self, from: $0) },
    "ReportPage": { _ = try decodeExactly(Page<ReportLine>.self, from: $0) },
    "PhotoReceipt": { _ = try decodeExactly(PhotoReceipt.self, from: $0) },
    "PlaceRoster": { _ = try decodeExactly(Roster<RosterPlace>.self, from: $0) },
    "KeyPersonRoster": { _ = try decodeExactly(Roster<RosterKeyPerson>.self, from: $0) },
    "Coverage": { _ = try decodeExactly(Coverage.self, from: $0) },
    "ObligationPage": { _ = try decodeExactly(Page<ObligationLine>.self, from: $0) },
    "VersionPage": { _ = try decodeExactly(Page<LedgerVersionLine>.self, from: $0) },
    "LedgerVersion": { _ = try decodeExactly(LedgerVersionLine.self, from: $0) },
    "JournalPage": { _ = try decodeExactly(Page<JournalLine>.self, from: $0) },
    "QueuePage": { _ = try decodeExactly(Page<QueueLine>.self, from: $0) },
    "RulingBody": { _ = try decodeExactly(RulingBody.self, from: $0) },
    "ExcuseBody": { _ = try decodeExactly(ExcuseBody.self, from: $0) },
    "DisputeBody": { _ = try decodeExactly(DisputeBody.self, from: $0) },
    "RulingLine": { _ = try decodeExactly(RulingLine.self, from: $0) },
    "RulingPage": { _ = try decodeExactly(Page<RulingLine>.self, from: $0) },
    "BatchBody": { _ = try decodeExactly(BatchBody.self, from: $0) },
    "BatchLine": { _ = try decodeExactly(BatchLine.self, from: $0) },
    "BatchOutcome": { _ = try decodeExactly(BatchOutcome.self, from: $0) },
    "AppealBody": { _ = try decodeExactly(AppealBody.self, from: $0) },
    "AppealPage": { _ = try decodeExactly(Page<AppealLine>.self, from: $0) },
    "AppealAnswer": { _ = try decodeExactly(AppealAnswer.self, from: $0) },
    "ReviewBody": { _ = try decodeExactly(ReviewBody.self, from: $0) },
    "RulerPage": { _ = try decodeExactly(Page<RulerLine>.self, from: $0) },
    "RosterReviewPage": { _ = try decodeExactly(Page<RosterReviewLine>.self, from: $0) },
    "RulingRuleBody": { _ = try decodeExactly(RulingRuleBody.self, from: $0) },
    "RulePage": { _ = try decodeExactly(Page<RulingRuleBody>.self, from: $0) },
    "PolicyBody": { _ = try decodeExactly(PolicyBody.self, from: $0) },
    "PolicyPage": { _ = try decodeExactly(Page<PolicyBody>.self, from: $0) },
    "PasswordChange": { _ = try decodeExactly(PasswordChange.self, from: $0) },
    "AccountBody": { _ = try decodeExactly(AccountBody.self, from: $0) },
    "AccountName": { _ = try decodeExactly(AccountName.self, from: $0) },
    "AccountPage": { _ = try decodeExactly(Page<AccountRow>.self, from: $0) },
    "IssuedPassword": { _ = try decodeExactly(IssuedPassword.self, from: $0) },
    "RoleBody": { _ = try decodeExactly(RoleBody.self, from: $0) },
    "RoleEnd": { _ = try decodeExactly(RoleEnd.self, from: $0) },
    "Login": { _ = try decodeExactly(Login.self, from: $0) },
    "Session": { _ = try decodeExactly(Session.self, from: $0) },
    "Health": { _ = try decodeExactly(Health.self, from: $0) },
    "Problem": { _ = try decodeExactly(Problem.self, from: $0) },
    // Registry, joint work, reading, completeness.
    "AreaChangeBody": { _ = try decodeExactly(AreaChangeBody.self, from: $0) },
    "AreaChanged": { _ = try decodeExactly(AreaChanged.self, from: $0) },
    "AreaPage": { _ = try decodeExactly(Page<AreaRow>.self, from: $0) },
    "BoundaryInput": { _ = $0 },
    "BoundaryOutput": { _ = $0 },
    "BoundaryRow": { _ = try decodeExactly(BoundaryRow.self, from: $0) },
    "BreakdownPage": { _ = try decodeExactly(Page<BreakdownRow>.self, from: $0) },
    "CertificatePage": { _ = try decodeExactly(Page<CertificateRow>.self, from: $0) },
    "CertificateRow": { _ = try decodeExactly(CertificateRow.self, from: $0) },
    "ChecklistBody": { _ = try decodeExactly(ChecklistBody.self, from: $0) },
    "ChecklistPage": { _ = try decodeExactly(Page<ChecklistBody>.self, from: $0) },
    "ClearsAnswer": { _ = try decodeExactly(ClearsAnswer.self, from: $0) },
    "ClosingRuleBody": { _ = try decodeExactly(ClosingRuleBody.self, from: $0) },
    "ClosingRulePage": { _ = try decodeExactly(Page<ClosingRuleBody>.self, from: $0) },
    "ComparisonBody": { _ = try decodeExactly(ComparisonBody.self, from: $0) },
    "ComparisonDecision": { _ = try decodeExactly(ComparisonDecision.self, from: $0) },
    "ComparisonLinePage": { _ = try decodeExactly(Page<ComparisonLineRow>.self, from: $0) },
    "ComparisonPage": { _ = try decodeExactly(Page<ComparisonRow>.self, from: $0) },
    "ComparisonRow": { _ = try decodeExactly(ComparisonRow.self, from: $0) },
    "DutyBody": { _ = try decodeExactly(DutyBody.self, from: $0) },
    "DutyPage": { _ = try decodeExactly(Page<DutyRow>.self, from: $0) },
    "EntryAnswer": { _ = try decodeExactly(EntryAnswer.self, from: $0) },
    "ExplanationAnswer": { _ = try decodeExactly(ExplanationAnswer.self, from: $0) },
    "JointWorkBody": { _ = try decodeExactly(JointWorkBody.self, from: $0) },
    "LoadPage": { _ = try decodeExactly(Page<LoadRow>.self, from: $0) },
    "PlaceChangeBody": { _ = try decodeExactly(PlaceChangeBody.self, from: $0) },
    "PostingPage": { _ = try decodeExactly(Page<PostingRow>.self, from: $0) },
    "PostingRow": { _ = try decodeExactly(PostingRow.self, from: $0) },
    "ProposalDecision": { _ = try decodeExactly(ProposalDecision.self, from: $0) },
    "ProposalPage": { _ = try decodeExactly(Page<ProposalRow>.self, from: $0) },
    "SpotCheckBody": { _ = try decodeExactly(SpotCheckBody.self, from: $0) },
    "SpotCheckPage": { _ = try decodeExactly(Page<SpotCheckRow>.self, from: $0) },
    "SpotCheckResultBody": { _ = try decodeExactly(SpotCheckResultBody.self, from: $0) },
    "SpotCheckRow": { _ = try decodeExactly(SpotCheckRow.self, from: $0) },
    "StaffingPage": { _ = try decodeExactly(Page<StaffingRow>.self, from: $0) },
    "StationJointPage": { _ = try decodeExactly(Page<StationJointRow>.self, from: $0) },
    "StoryAnswer": { _ = try decodeExactly(StoryAnswer.self, from: $0) },
    "StreetWalkBody": { _ = try decodeExactly(StreetWalkBody.self, from: $0) },
    "StreetWalkPage": { _ = try decodeExactly(Page<StreetWalkRow>.self, from: $0) },
    "StreetWalkRow": { _ = try decodeExactly(StreetWalkRow.self, from: $0) },
    "SurveyAnswer": { _ = try decodeExactly(SurveyAnswer.self, from: $0) },
    "Enrolment": { _ = try decodeExactly(Enrolment.self, from: $0) },
    "Enrolled": { _ = try decodeExactly(Enrolled.self, from: $0) },
    "TokenRefresh": { _ = try decodeExactly(TokenRefresh.self, from: $0) },
    "Tokens": { _ = try decodeExactly(Tokens.self, from: $0) },
    "NewDevice": { _ = try decodeExactly(NewDevice.self, from: $0) },
    "DeviceCode": { _ = try decodeExactly(DeviceCode.self, from: $0) },
    "DevicePage": { _ = try decodeExactly(Page<DeviceLine>.self, from: $0) },
    "NewToken": { _ = try decodeExactly(NewToken.self, from: $0) },
    "TokenLine": { _ = try decodeExactly(TokenLine.self, from: $0) },
    "TokenPage": { _ = try decodeExactly(Page<TokenLine>.self, from: $0) },
    "AuditPage": { _ = try decodeExactly(Page<AuditLine>.self, from: $0) },
    "AuditHeadPage": { _ = try decodeExactly(Page<AuditHeadLine>.self, from: $0) },
    // Privacy.
    "CategoryCounts": { _ = try decodeExactly(CategoryCounts.self, from: $0) },
    "KeyPersonListBody": { _ = try decodeExactly(KeyPersonListBody.self, from: $0) },
    "KeyPersonListPage": { _ = try decodeExactly(Page<KeyPersonListRow>.self, from: $0) },
    "KeyPersonListRow": { _ = try decodeExactly(KeyPersonListRow.self, from: $0) },
    "ListEndBody": { _ = try decodeExactly(ListEndBody.self, from: $0) },
    "ListMemberBody": { _ = try decodeExactly(ListMemberBody.self, from: $0) },
    "ListMemberPage": { _ = try decodeExactly(Page<ListMemberRow>.self, from: $0) },
    "ListStewardBody": { _ = try decodeExactly(ListStewardBody.self, from: $0) },
    "QuarantineDecisionBody": { _ = try decodeExactly(QuarantineDecisionBody.self, from: $0) },
    "QuarantinePage": { _ = try decodeExactly(Page<QuarantineRow>.self, from: $0) },
    "VaultBody": { _ = try decodeExactly(VaultBody.self, from: $0) },
    "VaultReadingBody": { _ = try decodeExactly(VaultReadingBody.self, from: $0) },
    "WithdrawalBody": { _ = try decodeExactly(WithdrawalBody.self, from: $0) },
]
