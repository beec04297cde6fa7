"""`diemdanh`: the command line. Machine output on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer

from bot import usage
from bot.cli import plan, post, roles, roster, serving, upkeep
from bot.cli.desk import choose
from bot.problems import ConfigError
from bot.refusal import Refused
from domain.plan import PlanFaults
from domain.roster.rows import RosterFaults
from rehearsal.program import Failed
from storage import checkup
from storage import migrate as migrations
from storage.database import Failed as DatabaseFailed
from storage.database import is_away, is_damaged

cli = typer.Typer(
    help="Điểm danh, nhắc hạn và tổng hợp số liệu học tập nghị quyết.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks show local variables: names and tokens
    add_completion=False,
)
COMMANDS = (  # in the order of --help
    serving.run,
    serving.demo,
    serving.rehearse,
    upkeep.migrate,
    upkeep.renew_key,
    upkeep.doctor,
    roster.import_roster,
    roster.invite,
    roster.cards,
    roles.grant,
    roles.revoke,
    plan.apply,
    plan.codes,
    plan.counts,
    post.broadcast,
    post.outbox,
)
cli.callback()(choose)
for command in COMMANDS:
    cli.command()(command)

DAMAGED = (
    "Tệp cơ sở dữ liệu bị hỏng, hoặc không phải là cơ sở dữ liệu. Hãy dừng hệ thống và khôi phục "
    "bản sao lưu gần nhất; diemdanh doctor cho biết tệp nào."
)
AWAY = "Chưa dùng được cơ sở dữ liệu. diemdanh doctor cho biết lý do và cách sửa."


def main() -> None:
    """The entry point; refusals are words, not tracebacks."""
    usage.in_vietnamese()
    try:
        cli()
    except (Refused, ConfigError) as refusal:
        _fail(str(refusal))
    except (RosterFaults, PlanFaults):
        sys.exit(1)  # already listed, with their places
    except migrations.DatabaseIsNewer:
        _fail("Cơ sở dữ liệu do một phiên bản mới hơn tạo ra. Cần cài phiên bản ấy.")
    except checkup.Damaged:
        _fail(DAMAGED)
    except Failed as failure:
        _fail(str(failure))
    except DatabaseFailed as failure:
        if is_damaged(failure):
            _fail(DAMAGED)
        if is_away(failure):
            _fail(AWAY)
        raise


def _fail(words: str) -> NoReturn:
    sys.stderr.write(f"{words}\n")
    sys.exit(1)
