"""A file's answers, judged as far as a board is known, before it gets anything; asks nobody."""

from tools.provision import meters, network
from tools.provision.answer_checks import MOST
from tools.provision.answers import Answers


def judge(board: str, answers: Answers) -> None:
    """`board`: "" while nobody knows which it is. ProvisionFault."""
    if board:
        network.judge(board, answers)
    meters.judge(answers, meters.places(board) if board else MOST)
