/// Every table and every column of it. A column that stands nowhere here fails a test.
///
/// To enter a table, add a line: columns that say nothing about anybody under `plain`, the others with their handling.
public let tablePrivacy: [TablePrivacy] = people + access + rosters + records + ledgers + rulings + registry + lists

private let visit =
    "report_id month visited_at outcome standing grade reasons rule_version policy_version downgraded_because "
    + "earliest_at latest_at brings policy ruled until_day ruled_matter into_first into_last"
private let duties =
    "month policy first_day ordinal last_day policy_version grid_id state best_standing best_visited_at "
    + "best_received_at best_report_id late"
private let page =
    "month grid_id version unit_id cut_at path journal sha256 due done provisional outside_only late excused awaiting"
private let ruling =
    "id month report_id matter decision standing into_month first_day until_day basis manner batch_id answers ruled_at "
    + "grid_id"
private let proposal = "report_id change grid_id from_day decision decided_at"

private let people = [
    TablePrivacy("deployment", plain: "name value"), TablePrivacy("schema_version", plain: "version"),
    TablePrivacy("lease", plain: "name holder held_until"),
    TablePrivacy(
        "person", plain: "disabled_at recorded_at password_set_at must_change",
        [("id", .accountability), ("login name password_hash", .login)], names: [("id", .account)]),
    TablePrivacy(
        "role_assignment", plain: "role area_id valid_from valid_to recorded_at", [("person_id", .accountability)],
        names: [("person_id", .account)]),
    TablePrivacy(
        "duty", plain: "grid_id capacity valid_from valid_to recorded_at superseded_at", [("person_id", .duty)],
        names: [("person_id", .account)]),
    TablePrivacy(
        "certificate", plain: "valid_from valid_to recorded_at superseded_at", [("person_id number title", .duty)],
        names: [("person_id", .account)]),
]

private let access = [
    TablePrivacy(
        "password_history", plain: "number", [("person_id password_hash", .login)], names: [("person_id", .account)]),
    TablePrivacy("login_failure", plain: "counter failures last_at"),
    TablePrivacy("first_administrator_code", plain: "code_hash made_at expires_at"),
    TablePrivacy(
        "device", plain: "id label state model app recorded_at enrolled_at", [("person_id handheld", .login)],
        names: [("person_id", .account)]),
    TablePrivacy("device_key", plain: "thumbprint device_id algorithm public_key begun_at ended_at"),
    TablePrivacy("enrolment", plain: "device_id code_hash code_until digits_hash digits_until tries"),
    TablePrivacy(
        "login", plain: "id device_id manner begun_at used_at ends_at ended_at", [("person_id", .session)],
        names: [("person_id", .account)]),
    TablePrivacy("access_token", plain: "expires_at", [("token_hash login_id", .session)]),
    TablePrivacy("refresh_token", plain: "used_at next_seed", [("token_hash login_id", .session)]),
    TablePrivacy(
        "integration_token", plain: "id label scopes issued_at expires_at ended_at",
        [("token_hash person_id", .session)], names: [("person_id", .account)]),
    TablePrivacy("audit_chain", plain: "id name"),
    TablePrivacy("audit", plain: "chain seq at act result request_id detail_digest hash"),
    TablePrivacy(
        "audit_detail", plain: "chain seq salt", [("person_id device_id address object purpose", .traces)],
        names: [("person_id", .account)]),
    TablePrivacy("audit_head", plain: "chain seq day hash signed_at key_id signature"),
    TablePrivacy("audit_retired", plain: "chain seq hash retired_at"),
]

private let rosters = [
    TablePrivacy(
        "place",
        plain: "id category latitude longitude coordinate_system wgs84_latitude wgs84_longitude radius_metres "
            + "recorded_at site_id", [("name address", .shop)]),
    TablePrivacy("place_roster", plain: "place_id grid_id valid_from valid_to recorded_at superseded_at"),
    TablePrivacy(
        "place_detail",
        plain: "place_id category latitude longitude coordinate_system wgs84_latitude wgs84_longitude radius_metres "
            + "valid_from valid_to recorded_at superseded_at", [("name address", .shop)]),
    TablePrivacy(
        "place_succession", plain: "from_id to_id day kind recorded_at", [("recorded_by", .accountability)]),
    TablePrivacy(
        "key_person", plain: "recorded_at shredded_at",
        [("id", .ledger), ("name address contact_rule safety_hint", .visited), ("list_owner legal_basis", .listed)],
        names: [("id", .keyPerson)]),
    TablePrivacy(
        "key_person_roster", plain: "valid_from valid_to recorded_at superseded_at",
        [("key_person_id grid_id", .ledger)], names: [("key_person_id", .keyPerson)]),
    TablePrivacy(
        "key_person_detail", plain: "valid_from valid_to recorded_at superseded_at",
        [
            ("key_person_id", .ledger), ("name address contact_rule safety_hint", .visited),
            ("list_owner legal_basis", .listed),
        ], names: [("key_person_id", .keyPerson)]),
]

private let records = [
    TablePrivacy(
        "report",
        plain: "id device_sequence captured_at received_at visited_at month grid_id subject_kind missing_photos "
            + "unknown_members time_rule sent_uptime sent_clock sealed_digest cut cut_at seal_chain seal_seq signed_with",
        [("person_id device_id sent_by", .accountability), ("body sha256 salt signature", .record)],
        names: [("person_id", .account)]),
    TablePrivacy("place_visit", plain: visit + " subject_id", [("capacity others", .workersVisit)]),
    TablePrivacy(
        "key_person_visit", plain: visit, [("subject_id", .ledger), ("capacity others", .workersVisit)],
        names: [("subject_id", .keyPerson)]),
    TablePrivacy("finding", plain: "report_id position kind urgent", [("text", .residentsWords)]),
    TablePrivacy("report_photo", plain: "report_id position sha256 bytes role"),
    TablePrivacy(
        "photo",
        plain: "sha256 bytes state problem width height large_sha256 thumbnail_sha256 pipeline_version received_at",
        [("captured_at latitude longitude make model", .cameras)]),
    TablePrivacy(
        "photo_possession", plain: "sha256 received_at seal_chain seal_seq", [("person_id", .accountability)],
        names: [("person_id", .account)]),
    TablePrivacy(
        "quarantine", plain: "report_id signs quarantined_at decision reason decided_at",
        [("decided_by", .accountability)]),
]

private let ledgers = [
    TablePrivacy("ledger_month", plain: "month opened_at rules grace_days"),
    TablePrivacy(
        "grid_month",
        plain: "month grid_id kind path due done provisional excused awaiting outside_only late closed"),
    TablePrivacy("place_obligation", plain: duties + " subject_id"),
    TablePrivacy(
        "key_person_obligation", plain: duties, [("subject_id", .ledger)], names: [("subject_id", .keyPerson)]),
    TablePrivacy("closing", plain: "unit_id month closed_at", [("closed_by", .accountability)]),
    TablePrivacy("ledger_version", plain: "unit_id month version cut_at tree sha256"),
    TablePrivacy("place_page", plain: page + " body"),
    TablePrivacy("key_person_page", plain: page, [("body", .ledger)]),
    TablePrivacy(
        "place_journal", plain: "month grid_id number at cause source subject_id line_before line_after",
        [("by_whom", .accountability)]),
    TablePrivacy(
        "key_person_journal", plain: "month grid_id number at cause source",
        [("by_whom", .accountability), ("subject_id line_before line_after", .ledger)],
        names: [("subject_id", .keyPerson)]),
]

private let rulings = [
    TablePrivacy("place_ruling", plain: ruling + " subject_id reason", [("ruled_by", .accountability)]),
    TablePrivacy(
        "key_person_ruling", plain: ruling,
        [("subject_id", .ledger), ("reason", .wordsOnPerson), ("ruled_by", .accountability)],
        names: [("subject_id", .keyPerson)]),
    TablePrivacy(
        "ruling_rule",
        plain: "id kind matter classes areas months_in_row longest_days basis valid_from valid_to recorded_at",
        [("recorded_by", .accountability)]),
    TablePrivacy(
        "ruling_batch", plain: "id kind area_id month matter decision reason basis seed drawn_at applied_at",
        [("drawn_by", .accountability)]),
    TablePrivacy("ruling_batch_item", plain: "batch_id report_id sampled"),
    TablePrivacy(
        "place_appeal", plain: "ruling_id appealed_at answered_at",
        [("person_id answered_by", .accountability), ("text answer", .workersVisit)],
        names: [("person_id", .account)]),
    TablePrivacy(
        "key_person_appeal", plain: "ruling_id appealed_at answered_at",
        [("person_id answered_by", .accountability), ("text answer", .wordsOnPerson)],
        names: [("person_id", .account)]),
    TablePrivacy(
        "ruling_review", plain: "ruling_id agrees reviewed_at",
        [("reviewer", .accountability), ("note", .wordsOnPerson)]),
    TablePrivacy(
        "place_proposal", plain: proposal + " subject_id result_id",
        [("name address", .shop), ("decided_by", .accountability)]),
    TablePrivacy(
        "key_person_proposal", plain: proposal,
        [("subject_id result_id", .ledger), ("name address", .visited), ("decided_by", .accountability)],
        names: [("subject_id", .keyPerson)]),
    TablePrivacy(
        "policy",
        plain: "id version kind task title basis every times span_first span_last classes areas outcomes capacities "
            + "together units demands attempts_suffice joined_days photo_grace_days valid_from valid_to recorded_at",
        [("recorded_by", .accountability)]),
    TablePrivacy("closing_rule", plain: "valid_from grace_days basis recorded_at", [("recorded_by", .accountability)]),
]

private let registry = [
    TablePrivacy("area", plain: "id level grid_kind recorded_at"),
    TablePrivacy("area_name", plain: "area_id name valid_from valid_to recorded_at superseded_at"),
    TablePrivacy("area_parent", plain: "area_id tree parent_id valid_from valid_to recorded_at superseded_at"),
    TablePrivacy("area_code", plain: "area_id scheme value valid_from valid_to recorded_at superseded_at"),
    TablePrivacy("area_boundary", plain: "area_id geojson square_metres valid_from valid_to recorded_at superseded_at"),
    TablePrivacy("area_size", plain: "area_id households people valid_from valid_to recorded_at superseded_at"),
    TablePrivacy("area_succession", plain: "from_area to_area day kind recorded_at"),
    TablePrivacy("unit_posting", plain: "station_id unit manner valid_from valid_to recorded_at superseded_at"),
    TablePrivacy(
        "joint_work", plain: "id station_id task scope day led_by decisions recorded_at withdrawn_at",
        [("minutes", .residentsWords), ("recorded_by withdrawn_by", .accountability)]),
    TablePrivacy(
        "joint_work_participant", plain: "work_id position capacity unit", [("name person_id", .duty)],
        names: [("person_id", .account)]),
    TablePrivacy(
        "checklist", plain: "id version title basis classes valid_from recorded_at", [("recorded_by", .accountability)]),
    TablePrivacy("checklist_item", plain: "checklist_id version position code text"),
    TablePrivacy(
        "comparison", plain: "id area_id source day listed rostered same recorded_at",
        [("recorded_by", .accountability)]),
    TablePrivacy(
        "comparison_line", plain: "comparison_id position verdict listed_key place_id score reasons",
        [("listed_name listed_address", .shop)]),
    TablePrivacy(
        "comparison_look", plain: "comparison_id position number decision decided_at",
        [("decided_by", .accountability)]),
    TablePrivacy(
        "street_walk", plain: "id area_id street day doors unlisted note recorded_at",
        [("recorded_by", .accountability)]),
    TablePrivacy(
        "spot_check", plain: "id kind area_id month population seed drawn_at", [("drawn_by", .accountability)]),
    TablePrivacy("spot_check_item", plain: "check_id report_id", [("subject_id", .ledger)]),
    TablePrivacy(
        "spot_check_look", plain: "check_id report_id number result manner checked_at",
        [("note", .wordsOnPerson), ("checked_by", .accountability)]),
]

private let lists = [
    TablePrivacy(
        "key_person_list",
        plain: "id owner area_id legal_basis purpose entrusted_to minors valid_from valid_to recorded_at ended_at "
            + "ended_because", [("recorded_by ended_by", .accountability)]),
    TablePrivacy(
        "key_person_member", plain: "valid_from valid_to recorded_at superseded_at",
        [("list_id key_person_id", .listed), ("reason", .visited)], names: [("key_person_id", .keyPerson)]),
    TablePrivacy(
        "key_person_steward", plain: "list_id valid_from valid_to recorded_at",
        [("person_id recorded_by", .accountability)], names: [("person_id", .account)]),
    TablePrivacy(
        "key_person_vault", plain: "list_id recorded_at",
        [
            ("key_person_id category identity_number case_text", .secret), ("recorded_by", .accountability),
        ], names: [("key_person_id", .keyPerson)]),
    TablePrivacy(
        "deletion", plain: "id whose kept deleted_at",
        [("subject_id reason", .deletionNote), ("deleted_by", .accountability)],
        names: [("subject_id", .keyPerson), ("subject_id", .account)]),
]
