-- Rows of the audit are only added, but for those whose time is over and, of details, what is shredded.
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are not changed'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_retired WHERE chain = OLD.chain AND seq >= OLD.seq)
BEGIN SELECT RAISE(ABORT, 'audit rows are not removed'); END;
CREATE TRIGGER audit_detail_is_not_changed BEFORE UPDATE ON audit_detail
BEGIN SELECT RAISE(ABORT, 'audit rows are not changed'); END;
CREATE TRIGGER audit_head_is_not_changed BEFORE UPDATE ON audit_head
BEGIN SELECT RAISE(ABORT, 'heads are not changed'); END;
CREATE TRIGGER audit_head_is_not_removed BEFORE DELETE ON audit_head
WHEN NOT EXISTS (SELECT 1 FROM audit_retired WHERE chain = OLD.chain AND seq >= OLD.seq)
BEGIN SELECT RAISE(ABORT, 'heads are not removed'); END;
