import ArgumentParser

/// 巡格手持终端: behaves like a grid worker's handheld, outages included.
@main
struct FieldCLI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fieldcli",
        abstract: Language.ofProcess(
            zh: "巡格手持终端：巡查场所、走访重点人员，离线填报，有网时发送。",
            en:
                "The handheld of Grid Patrol: patrol places, visit key persons, record offline, send when there is a network."
        ),
        discussion: Language.ofProcess(
            zh: "新终端先 enroll 注册。网格员的一天：login 登录，roster 取底册，todo 看本月待巡待访，report 填报，batch 一站多户，sync 发送，mine 看结果。",
            en:
                "A new device begins with enroll. A worker's day: login, roster (底册), todo (待巡/待访), report (巡查/走访), batch (一站多户), sync, mine."
        ),
        version: programVersion,
        subcommands: [
            EnrollCommand.self, LoginCommand.self, PasswordCommand.self, LogoutCommand.self, RosterCommand.self,
            TodoCommand.self, ReportCommand.self,
            BatchCommand.self, SyncCommand.self, MineCommand.self, OutboxCommand.self, CameraCommand.self,
            SimulateCommand.self,
        ])
}
