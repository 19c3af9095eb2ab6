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

/// One of every error that the table of problems knows.
let everyError: [any Error] =
    Array(sequence(first: Refusal.notFound, next: following))
    + Array(sequence(first: PhotoProblem.empty, next: following))
    + [
        Defects([Defect("", "missing", zh: "", en: "")]),
        Defects([Defect("", "json-truncated", zh: "", en: "")], isSyntax: true),
        StoreError.busy, StoreError.diskFull, StoreError.failed("anything"), ClosingRefusal.notOver,
        ClosingRefusal.alreadyClosed(at: Instant(milliseconds: 0)), ClosingRefusal.notAUnit, ClosingRefusal.noLedger,
        RulingRefusal.noSuchVisit, RulingRefusal.notAwaiting, RulingRefusal.ownRecord,
        RulingRefusal.monthNotPossible([]), RulingRefusal.untilMissing, RulingRefusal.notTogether,
        RulingRefusal.noSuchRuling, RulingRefusal.notTheirs, RulingRefusal.alreadyDecided,
        RulingRefusal.sampleDiffers(1), PolicyRefusal.patrolBeginsWithMonth, PolicyRefusal.beginsInThePast,
        PolicyRefusal.beginsBeforeEarlierVersion, PolicyRefusal.otherKind,
    ] + everyConflict

/// One of every refusal of the registry, of lists, of joint work, of proposals and of checks.
private let everyConflict: [any Error] =
    Array(sequence(first: AreaRefusal.noSuchArea(someArea), next: following))
    + Array(sequence(first: RegistryRefusal.noSuchPerson(""), next: following))
    + Array(sequence(first: AccountRefusal.noSuchAccount, next: following))
    + Array(sequence(first: JointRefusal.noSuchWork, next: following))
    + Array(sequence(first: PlaceRefusal.noSuchPlace(""), next: following))
    + Array(sequence(first: ProposalRefusal.noSuchProposal, next: following))
    + Array(sequence(first: SpotCheckRefusal.noSuchCheck, next: following))
    + Array(sequence(first: KeyPersonListRefusal.noSuchList(""), next: following))
    + Array(sequence(first: QuarantineRefusal.noSuchRecord, next: following))
    + Array(sequence(first: DeletionRefusal.noSuchPerson(""), next: following))
    + [AreaTreeError.cycle(someArea), DeviceRefusal.taken, DeviceRefusal.notPossible(state: .pending)]

private let someArea = areaID(1)

/// The case after this one; a new case stops the compiler here, so that none is forgotten.
private func following(_ refusal: Refusal) -> Refusal? {
    switch refusal {
    case .notFound: .methodNotAllowed(allowed: ["GET"])
    case .methodNotAllowed: .loginRequired
    case .loginRequired: .wrongCredentials
    case .wrongCredentials: .invalidToken
    case .invalidToken: .invalidProof
    case .invalidProof: .nonceNeeded
    case .nonceNeeded: .proofRequired
    case .proofRequired: .deviceLocked
    case .deviceLocked: .deviceLost
    case .deviceLost: .deviceOfAnother
    case .deviceOfAnother: .accountDisabled
    case .accountDisabled: .enrolmentRefused
    case .enrolmentRefused: .clientTooOld(least: "2.0")
    case .clientTooOld: .notPermitted
    case .notPermitted: .passwordDue(.mustChange)
    case .passwordDue(.mustChange): .passwordDue(.expired)
    case .passwordDue(.expired): .tooManyTries(seconds: 1)
    case .tooManyTries: .reportConflict(stored: "", sent: "")
    case .reportConflict: .digestMismatch(expected: "", actual: "")
    case .digestMismatch: .badHeader(name: "", zh: "", en: "")
    case .badHeader: .bodyTooLarge(limit: 1)
    case .bodyTooLarge: .bodyTooSlow
    case .bodyTooSlow: .bodyIncomplete
    case .bodyIncomplete: .unsupportedType(expected: "")
    case .unsupportedType: .busy(seconds: 1)
    case .busy: .tooManyRequests(seconds: 1)
    case .tooManyRequests: .crossSite
    case .crossSite: nil
    }
}

private func following(_ problem: PhotoProblem) -> PhotoProblem? {
    switch problem {
    case .empty: .tooManyBytes(limit: 1)
    case .tooManyBytes: .notJPEG
    case .notJPEG: .heic
    case .heic: .png
    case .png: .webp
    case .webp: .tooManyPixels(width: 1, height: 1, limitMegapixels: 1)
    case .tooManyPixels: .sideTooLong(width: 1, height: 1, limit: 1)
    case .sideTooLong: .zeroHeight
    case .zeroHeight: .unsupportedColour
    case .unsupportedColour: .unsupportedPrecision
    case .unsupportedPrecision: .arithmetic
    case .arithmetic: .lossless
    case .lossless: .hierarchical
    case .hierarchical: .tooManyScans
    case .tooManyScans: .tooMuchMetadata
    case .tooMuchMetadata: .malformed("")
    case .malformed: .tooManyWarnings
    case .tooManyWarnings: .deadline
    case .deadline: .tooMuchMemory
    case .tooMuchMemory: .ioFailure("")
    case .ioFailure: nil
    }
}

private func following(_ refusal: AreaRefusal) -> AreaRefusal? {
    switch refusal {
    case .noSuchArea(let area): .otherLevel(area)
    case .otherLevel: .sameArea
    case .sameArea: .notEmpty(subjects: 1, areas: 1)
    case .notEmpty: .unplaced([""])
    case .unplaced: .notHeld([""])
    case .notHeld: .otherPart(someArea)
    case .otherPart: .circle
    case .circle: .codeTaken("330503")
    case .codeTaken: nil
    }
}

private func following(_ refusal: RegistryRefusal) -> RegistryRefusal? {
    switch refusal {
    case .noSuchPerson: .noSuchGrid(someArea)
    case .noSuchGrid: .endsBeforeItBegins
    case .endsBeforeItBegins: .ownDuty
    case .ownDuty: nil
    }
}

private func following(_ refusal: AccountRefusal) -> AccountRefusal? {
    switch refusal {
    case .noSuchAccount: .noSuchArea(someArea)
    case .noSuchArea: .loginTaken
    case .loginTaken: .endsBeforeItBegins
    case .endsBeforeItBegins: .roleHeld
    case .roleHeld: .roleNotHeld
    case .roleNotHeld: .notSeparate(.auditor)
    case .notSeparate: .auditorOfPart
    case .auditorOfPart: .lastSecurityAdministrator
    case .lastSecurityAdministrator: .ownAccount
    case .ownAccount: nil
    }
}

private func following(_ refusal: JointRefusal) -> JointRefusal? {
    switch refusal {
    case .noSuchWork: .notAStation
    case .notAStation: .alreadyWithdrawn
    case .alreadyWithdrawn: nil
    }
}

private func following(_ refusal: PlaceRefusal) -> PlaceRefusal? {
    switch refusal {
    case .noSuchPlace: .noSuchGrid(someArea)
    case .noSuchGrid: .notOnRoster("")
    case .notOnRoster: .alreadyThere("")
    case .alreadyThere: .tooFew
    case .tooFew: nil
    }
}

private func following(_ refusal: ProposalRefusal) -> ProposalRefusal? {
    switch refusal {
    case .noSuchProposal: .alreadyDecided
    case .alreadyDecided: .entryMissing
    case .entryMissing: .ownRecord
    case .ownRecord: nil
    }
}

private func following(_ refusal: SpotCheckRefusal) -> SpotCheckRefusal? {
    switch refusal {
    case .noSuchCheck: .notDrawn
    case .notDrawn: .nothingToDraw
    case .nothingToDraw: .ownRecord
    case .ownRecord: nil
    }
}

private func following(_ refusal: KeyPersonListRefusal) -> KeyPersonListRefusal? {
    switch refusal {
    case .noSuchList: .noSuchPerson("")
    case .noSuchPerson: .incomplete([.legalBasis])
    case .incomplete: .noListOfOwner("", basis: "")
    case .noListOfOwner: .idTaken("")
    case .idTaken: .alreadyEnded
    case .alreadyEnded: .outsideTerm
    case .outsideTerm: nil
    }
}

private func following(_ refusal: QuarantineRefusal) -> QuarantineRefusal? {
    switch refusal {
    case .noSuchRecord: .alreadyDecided
    case .alreadyDecided: .ownRecord
    case .ownRecord: nil
    }
}

private func following(_ refusal: DeletionRefusal) -> DeletionRefusal? {
    switch refusal {
    case .noSuchPerson: .onAList([""])
    case .onAList: .accountInUse
    case .accountInUse: .alreadyDeleted
    case .alreadyDeleted: nil
    }
}
