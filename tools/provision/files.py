"""A board without a file system, as one that our image was just flashed to: made when told to."""

from rich.console import Console

from tools.provision import on_device
from tools.provision.answers import Answers
from tools.provision.device import Device, ProvisionFault


def about(device: Device, answers: Answers, say: Console) -> dict:
    """What the device tells of itself, once it has a file system. ProvisionFault."""
    told = device.run(on_device.ABOUT)
    if not told["trouble"]:
        return told
    if not told["formats"]:
        raise ProvisionFault(f"{told['trouble']}; flash an image anew, and run this again")
    say.print(f"   {told['trouble']}", highlight=False, markup=False)
    if answers.of("format") != "yes":
        raise ProvisionFault(
            "the board has no file system, and nothing was changed (format = true makes an empty "
            "one, which erases all files and records that may be there)"
        )
    with say.status("the flash is erased, and an empty file system is made"):
        device.run(on_device.make_files(told["formats"]))
    say.print("   an empty file system was made", highlight=False)
    told = device.run(on_device.ABOUT)
    if told["trouble"]:
        raise ProvisionFault(f"{told['trouble']}; press the board's reset and run this again")
    return told
