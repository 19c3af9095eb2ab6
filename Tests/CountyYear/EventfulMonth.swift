import Patrol

/// What happens in grids where everything may happen.
extension PlannedMonth {
    /// - Returns: the subject with what is now said of it.
    mutating func planEventful(_ subject: GeneratedSubject) -> GeneratedSubject {
        var subject = subject
        if let status = subject.status {
            if status.until >= month.first { return confirm(subject, status) }
            subject.status = nil
        }
        let fate = dice.roll(0..<1_000)
        if let known = planTimes(subject, fate) { return known }
        switch subject.kind {
        case .place: planOutcome(ofPlace: &subject, fate)
        case .keyPerson: planOutcome(ofPerson: &subject, fate)
        }
        return subject
    }

    /// Shut or away as was said before: mostly that is found again.
    private mutating func confirm(_ subject: GeneratedSubject, _ status: (outcome: String, until: Day))
        -> GeneratedSubject
    {
        var subject = subject
        switch dice.roll(0..<10) {
        case ..<6:
            add(subject, on: anyDay) {
                $0.outcome = status.outcome
                $0.until = status.until
            }
        case ..<8: add(subject, on: anyDay) { $0.outcome = $0.kind == .place ? "closedNow" : "phone" }
        case ..<9:
            add(subject, on: anyDay)
            subject.status = nil
        default: break
        }
        return subject
    }

    /// What is special about when, by whom and how a visit came; nil if nothing is.
    private mutating func planTimes(_ subject: GeneratedSubject, _ fate: Int) -> GeneratedSubject? {
        switch fate {
        case ..<20: break
        case ..<35: add(subject, on: month.last, receivedOn: graceDay) { $0.clock = .restarted }
        case ..<40: add(subject, on: month.first, hour: 0) { $0.clock = .restarted }
        case ..<45:
            // A clock that is five years slow and that nothing corrects.
            let day = anyDay
            add(subject, on: day, receivedOn: day) {
                $0.clock = .restarted
                $0.capturedAt = $0.capturedAt.adding(milliseconds: -5 * 365 * 86_400_000)
            }
        case ..<50:
            // Half a minute before midnight, by a clock that ran on: no clock is that sure after a day.
            let midnight = zone.start(of: month.next.first)
            add(subject, on: month.last, receivedOn: graceDay) {
                $0.capturedAt = midnight.adding(milliseconds: -30_000)
            }
        case ..<70:
            let other = otherWorker()
            add(subject, on: anyDay) { $0.worker = other }
        case ..<75: add(subject, on: anyDay) { $0.worker.capacity = .volunteer }
        case ..<95: addWithPhoto(subject)
        case ..<110: add(subject, on: month.last.adding(days: -dice.roll(0...9)), receivedOn: lateDay)
        case ..<125: add(subject, on: month.last, receivedOn: graceDay)
        case ..<135: add(subject, on: anyDay) { $0.isSentTwice = true }
        case ..<145:
            add(subject, on: anyDay)
            add(subject, on: month.last, receivedOn: lateDay)
        default: return nil
        }
        return subject
    }

    private mutating func planOutcome(ofPlace subject: inout GeneratedSubject, _ fate: Int) {
        switch fate {
        case ..<185: addAttempts(subject, "closedNow")
        case ..<205:
            add(subject, on: month.first.adding(days: dice.roll(0...9))) { $0.outcome = "closedNow" }
            add(subject, on: month.last.adding(days: -dice.roll(0...9)))
        case ..<235: addStatus(&subject, "suspended")
        case ..<240: add(subject, on: anyDay) { $0.outcome = "gone" }
        case ..<245: add(subject, on: anyDay) { $0.outcome = "changed" }
        case ..<255: add(subject, on: anyDay) { $0.outcome = "refused" }
        case ..<260: add(subject, on: anyDay) { $0.outcome = "unreachable" }
        default: add(subject, on: anyDay)
        }
    }

    private mutating func planOutcome(ofPerson subject: inout GeneratedSubject, _ fate: Int) {
        switch fate {
        case ..<185: addAttempts(subject, "noAnswer")
        case ..<225: add(subject, on: anyDay) { $0.outcome = "familyMet" }
        case ..<245: add(subject, on: anyDay) { $0.outcome = "phone" }
        case ..<275: addStatus(&subject, "away")
        case ..<285: addStatus(&subject, "hospital")
        case ..<295: add(subject, on: anyDay) { $0.outcome = "refused" }
        case ..<300: add(subject, on: anyDay) { $0.outcome = "offList" }
        case ..<304: add(subject, on: anyDay) { $0.outcome = "lostContact" }
        default: add(subject, on: anyDay)
        }
    }

    /// On different days and parts of the day.
    private mutating func addAttempts(_ subject: GeneratedSubject, _ outcome: String) {
        add(subject, on: month.first.adding(days: dice.roll(0...13)), hour: 9) { $0.outcome = outcome }
        add(subject, on: month.last.adding(days: -dice.roll(0...12)), hour: 15) { $0.outcome = outcome }
    }

    /// Mostly with its last day, which a ruling needs.
    private mutating func addStatus(_ subject: inout GeneratedSubject, _ outcome: String) {
        let day = anyDay
        let until = day.adding(days: dice.roll(8...90))
        let isTold = dice.roll(0..<6) > 0
        add(subject, on: day) {
            $0.outcome = outcome
            $0.until = isTold ? until : nil
        }
        subject.status = (outcome, until)
    }
}
