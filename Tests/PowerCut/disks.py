"""Ext4 images on loop devices: disks whose content can be seen as a power cut would leave it."""
import contextlib
import pathlib
import subprocess
import time

WRITEBACK = pathlib.Path("/proc/sys/vm/dirty_writeback_centisecs")

# The journal's timer commits by itself every five seconds by default and would hide a missing sync.
MOUNT_OPTIONS = "loop,noatime,commit=600"


class Disk:
    """An image file and the folder it is mounted at."""

    def __init__(self, image, folder):
        self.image = image
        self.folder = folder

    @staticmethod
    def make(image, folder, megabytes=96):
        with open(image, "wb") as file:
            file.truncate(megabytes << 20)
        # Nothing is left for the kernel to initialise later, so that only the gateway's writes are seen.
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image)
        return Disk(image, folder)

    @contextlib.contextmanager
    def mounted(self):
        self.folder.mkdir(exist_ok=True)
        run("mount", "-o", MOUNT_OPTIONS, self.image, self.folder)
        try:
            yield self
        finally:
            unmount(self.folder)

    def copied(self, image, folder):
        """What the disk holds just now. The page cache over it, where unsynced data wait, is not part of the image."""
        run("cp", "--sparse=always", self.image, image)
        return Disk(image, folder)

    def settle(self, quiet=0.1):
        """Waits until the device has had no request for a while.

        A commit of the journal that was under way when the gateway was frozen goes on for a moment; copying through
        it would show a state that no disk ever had.
        """
        device = run("findmnt", "-n", "-o", "SOURCE", self.folder).strip()
        statistics = pathlib.Path("/sys/block") / pathlib.Path(device).name / "stat"
        before, since = statistics.read_text(), time.monotonic()
        while time.monotonic() - since < quiet:
            time.sleep(quiet / 10)
            now = statistics.read_text()
            if now != before:
                before, since = now, time.monotonic()


@contextlib.contextmanager
def without_writeback():
    """Keeps the kernel from writing dirty pages by itself: only what is synced reaches a disk."""
    before = WRITEBACK.read_text()
    WRITEBACK.write_text("0")
    try:
        yield
    finally:
        WRITEBACK.write_text(before)


@contextlib.contextmanager
def nothing_left_mounted(folder):
    """However the block ends: an interruption may fall between a mount and the code that would undo it."""
    try:
        yield
    finally:
        places = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
        for place in places:
            if pathlib.Path(place).is_relative_to(folder):
                unmount(place)


def unmount(folder):
    """A killed process may hold the folder for a moment longer."""
    for _ in range(50):
        if subprocess.run(["umount", folder], capture_output=True).returncode == 0:
            return
        time.sleep(0.1)
    run("umount", folder)


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(f"{command[0]} failed: {done.stderr.strip()}")
    return done.stdout
