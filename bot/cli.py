"""`diemdanh`: the command line. Machine output on stdout, everything else on stderr."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from bot import demo as demonstration
from bot import keys, ports, settings, usage
from bot.commands import apply as applying
from bot.commands import broadcast as speaking
from bot.commands import cards as carding
from bot.commands import codes as showing_codes
from bot.commands import counts as counting
from bot.commands import doctor as examining
from bot.commands import key as renewing
from bot.commands import outbox as posting
from bot.commands import people
from bot.commands import roster as importing
from bot.problems import ConfigError
from bot.refusal import Refused
from bot.serve import ROLES, serve
from bot.settings import Settings
from domain.broadcasts import Audience
from domain.plan import PlanFaults
from domain.rights import Role
from domain.roster.rows import RosterFaults
from rehearsal import clock, tien_giang
from rehearsal.day import rehearse as live_through
from rehearsal.program import Failed
from rehearsal.progress import OnScreen
from storage import migrate as migrations
from storage.database import Database, is_away, is_damaged
from storage.database import Failed as DatabaseFailed
from storage.sole import WEB, Sole

cli = typer.Typer(
    help="Điểm danh, nhắc hạn và tổng hợp số liệu học tập nghị quyết.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks show local variables: names and tokens
    add_completion=False,
)


@dataclass(frozen=True)
class Desk:
    """What every command starts from."""

    settings: Settings
    now: Callable[[], datetime]

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The database, brought to today's tables first."""
        await migrations.upgrade(self.settings.database.url)
        database = Database(self.settings.database.url)
        try:
            yield database
        finally:
            await database.close()

    async def key(self, database: Database) -> bytes:
        """The database's own key; the first command that needs one makes it."""
        return await keys.of_database(database, self.settings.key_path)


_config: Path | None = None


@cli.callback()
def choose(
    config: Annotated[
        Path | None, typer.Option(help="Tệp cấu hình; mặc định là config.toml nếu có.")
    ] = None,
) -> None:
    """Take the config that stands here where none is named."""
    global _config
    here = Path("config.toml")
    _config = config or (here if here.exists() else None)


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
    except Failed as failure:
        _fail(str(failure))
    except DatabaseFailed as failure:
        if is_damaged(failure):
            _fail(DAMAGED)
        if is_away(failure):
            _fail(AWAY)
        raise


DAMAGED = (
    "Tệp cơ sở dữ liệu bị hỏng, hoặc không phải là cơ sở dữ liệu. Hãy dừng hệ thống và khôi phục "
    "bản sao lưu gần nhất; diemdanh doctor cho biết tệp nào."
)
AWAY = "Chưa dùng được cơ sở dữ liệu. diemdanh doctor cho biết lý do và cách sửa."


def _fail(words: str) -> NoReturn:
    sys.stderr.write(f"{words}\n")
    sys.exit(1)


def _desk() -> Desk:
    found = settings.load(_config)
    return Desk(found, clock.chosen())


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def warn_if_local(found: Settings) -> None:
    """What is printed for telephones opens on none of them."""
    if found.web.public_url is None:
        _say(
            "LƯU Ý: web.public_url chưa đặt: mã QR và liên kết chỉ mở được trên máy này. Đặt "
            "web.public_url trong config.toml, rồi in lại trước khi phát."
        )


def _date(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter("ngày viết dạng 2016-12-09") from None


AsOf = Annotated[str | None, typer.Option("--as-of", help="Ngày, dạng 2016-12-09.")]
Json = Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON trên stdout.")]


# --- running ---------------------------------------------------------------------------------


@cli.command()
def run(
    roles: Annotated[
        str, typer.Option(help="Những phần cần chạy, cách nhau bằng dấu phẩy.")
    ] = "web,poll,clock,delivery",
) -> None:
    """Chạy hệ thống: nâng cấp cơ sở dữ liệu rồi phục vụ cho đến khi được dừng."""
    chosen = frozenset(role.strip() for role in roles.split(","))
    if not chosen <= ROLES:
        raise typer.BadParameter(f"chỉ có: {', '.join(sorted(ROLES))}")
    desk = _desk()
    if "web" in chosen:
        ports.demand_free(desk.settings.web)

    async def work() -> None:
        async with desk.database() as database:
            key = await desk.key(database)
        with _alone(desk.settings, chosen):
            await serve(
                desk.settings,
                key,
                desk.now,
                chosen,
                on_start=lambda _: _say(_running(desk.settings, chosen)),
            )

    _run(work())


@contextmanager
def _alone(found: Settings, roles: frozenset[str]) -> Iterator[None]:
    """Two that serve one SQLite file would each know half of who waits. Raises Refused."""
    if found.database_path is None or "web" not in roles:
        yield
        return
    sole = Sole(found.database_path, WEB)
    if not sole.is_ours():
        raise Refused(
            f"Cơ sở dữ liệu {found.database_path} đang do một lệnh diemdanh run khác phục vụ. "
            "Mỗi tệp SQLite chỉ một tiến trình phục vụ: hãy dừng lệnh kia trước."
        )
    try:
        yield
    finally:
        sole.release()


def _running(found: Settings, roles: frozenset[str]) -> str:
    """One line for whoever looks at the terminal; the logs say the rest."""
    where = f" tại {found.web.local_address}" if "web" in roles and found.web.port else ""
    return f"Hệ thống đang chạy{where}. Dừng: bấm Ctrl-C."


@cli.command()
def demo(port: Annotated[int, typer.Option(help="Cổng trên máy này.")] = 8080) -> None:
    """Buổi sáng Tiền Giang trên máy này: không cần mã bot, không cần mạng."""
    demonstration.run(port)


@cli.command()
def rehearse(
    scenario: Annotated[str, typer.Argument(help=", ".join(tien_giang.NAMES))],
    as_json: Json = False,
) -> None:
    """Diễn tập một ngày qua toàn bộ hệ thống thật, rồi đối chiếu số liệu đến từng người.

    Giới hạn tốc độ và hạn mức của mạng nhắn tin được bỏ trong diễn tập.
    """
    if scenario not in tien_giang.NAMES:
        raise typer.BadParameter(f"có các kịch bản: {', '.join(tien_giang.NAMES)}")
    outcome = live_through(scenario, OnScreen())
    outcome.show(as_json=as_json)
    if not outcome.is_reconciled:
        sys.exit(1)


@cli.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu về đúng các bảng của phiên bản này."""
    _run(migrations.upgrade(settings.load(_config).database.url))
    sys.stderr.write("Cơ sở dữ liệu đã sẵn sàng.\n")


@cli.command(name="renew-key")
def renew_key() -> None:
    """Tạo khóa mới khi tệp khóa đã mất hẳn: phiếu đã in và số điện thoại đã nhập hết dùng được."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await renewing.renew_key(database, desk.settings.key_path, desk.now())

    _run(work(_desk()))


@cli.command()
def doctor() -> None:
    """Kiểm tra cấu hình, cơ sở dữ liệu, mã bot, đồng hồ, ổ đĩa; nêu mọi vấn đề cùng lúc."""
    sys.exit(asyncio.run(examining.run(_config)))


# --- the roll --------------------------------------------------------------------------------


@cli.command(name="import-roster")
def import_roster(
    files: Annotated[list[Path], typer.Argument(help="Một tệp .xlsx, hoặc các tệp .csv.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ nêu thay đổi.")] = False,
    as_of: AsOf = None,
    remove_missing: Annotated[
        bool, typer.Option("--remove-missing", help="Kết thúc tư cách của người không còn tên.")
    ] = False,
    under: Annotated[str | None, typer.Option(help="Mã đơn vị nhận danh sách không có mã.")] = None,
    unit_name: Annotated[
        str | None, typer.Option(help="Tên đơn vị ấy, nếu chưa có trong hệ thống.")
    ] = None,
) -> None:
    """Nhập danh sách đơn vị và đảng viên. Một dòng lỗi thì không có gì thay đổi."""
    day = _date(as_of)

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await importing.import_roster(
                database,
                await desk.key(database),
                files,
                dry_run=dry_run,
                as_of=day,
                remove_missing=remove_missing,
                under=under,
                unit_name=unit_name,
                say=_say,
            )

    _run(work(_desk()))


@cli.command()
def invite(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; gồm mọi chi bộ bên dưới.")],
    as_json: Json = False,
    out: Annotated[
        Path | None, typer.Option(help="Ghi phiếu để in, mười hai phiếu một trang A4.")
    ] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Thay mã chưa dùng; phiếu cũ hết hạn.")
    ] = False,
    everybody: Annotated[
        bool, typer.Option("--all", help="Cấp cả cho các đồng chí đã đăng ký.")
    ] = False,
) -> None:
    """Cấp mã đăng ký cho người chưa đăng ký. Hỏi lại thì vẫn là mã cũ còn hạn."""

    async def work(desk: Desk) -> None:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Đang cấp mã", total=None)
            async with desk.database() as database:
                await people.invite(
                    database,
                    await desk.key(database),
                    unit,
                    desk.now(),
                    public_url=desk.settings.web.address,
                    renew=renew,
                    everybody=everybody,
                    as_json=as_json,
                    out=out,
                    advance=lambda done, total: bar.update(task, completed=done, total=total),
                )
        if out is not None:
            warn_if_local(desk.settings)

    _run(work(_desk()))


@cli.command()
def cards(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; gồm mọi chi bộ bên dưới.")],
    out: Annotated[Path, typer.Option(help="Tệp .pdf để in, tám thẻ một trang A4.")],
) -> None:
    """In thẻ dự học tập: đưa cho cán bộ phụ trách điểm danh xem, dùng nhiều lần."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await carding.cards(
                database,
                await desk.key(database),
                unit,
                desk.now(),
                public_url=desk.settings.web.address,
                out=out,
            )
        warn_if_local(desk.settings)

    _run(work(_desk()))


Member = Annotated[str | None, typer.Option(help="Mã đảng viên.")]
UnitCode = Annotated[str | None, typer.Option(help="Mã đơn vị.")]
VenueName = Annotated[str | None, typer.Option(help="Điểm cầu, dạng NQTW4/HN/V001.")]
_ROLES = "; ".join(
    f"{role}: {people.ROLE_NAMES[role]}" for role in (Role.COORDINATOR, Role.INSPECTOR, Role.CLERK)
)


@cli.command()
def grant(
    role: Annotated[Role, typer.Option(help=_ROLES)],
    member: Member = None,
    unit: UnitCode = None,
    venue: VenueName = None,
    names: Annotated[
        bool, typer.Option("--names", help="Được xem tên trong toàn bộ đơn vị.")
    ] = False,
) -> None:
    """Giao vai trò trên một đơn vị hoặc tại một điểm cầu (không có --member: in đường dẫn)."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await people.grant(
                database,
                await desk.key(database),
                desk.now(),
                member=member,
                role=role,
                unit=unit,
                venue=venue,
                sees_names=names,
                public_url=desk.settings.web.address,
            )
        if member is None:
            warn_if_local(desk.settings)

    _run(work(_desk()))


@cli.command()
def revoke(
    member: Annotated[str, typer.Option(help="Mã đảng viên.")],
    unit: UnitCode = None,
    venue: VenueName = None,
    devices: Annotated[
        bool,
        typer.Option("--devices", help="Ngừng mọi thiết bị và phiếu cũ, in mã mới; giữ vai trò."),
    ] = False,
) -> None:
    """Thu hồi vai trò: tại nơi được nêu, hoặc tất cả. Với --devices: ngừng thiết bị đã mất."""
    if devices and (unit is not None or venue is not None):
        raise typer.BadParameter("--devices không đi cùng --unit hoặc --venue.")

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            if devices:
                await people.stop_devices(
                    database, await desk.key(database), desk.now(), member=member
                )
                return
            await people.revoke(database, desk.now(), member=member, unit=unit, venue=venue)

    _run(work(_desk()))


# --- the plan and its figures ----------------------------------------------------------------


@cli.command()
def apply(plan: Annotated[Path, typer.Argument(help="Tệp kế hoạch .toml.")]) -> None:
    """Đưa kế hoạch vào hệ thống. Chạy lại cùng một tệp thì không có gì thay đổi."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await applying.apply(database, plan, now=desk.now())

    _run(work(_desk()))


@cli.command()
def codes(
    session: Annotated[str, typer.Argument(help="Đợt và buổi, dạng NQTW4/HN.")],
    as_json: Json = False,
    renew_screens: Annotated[
        bool,
        typer.Option(
            "--renew-screens", help="Đổi đường dẫn màn hình của mọi điểm cầu; mã vẫn như cũ."
        ),
    ] = False,
) -> None:
    """Mã điểm danh đang có hiệu lực ở từng điểm cầu."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await showing_codes.codes(
                database,
                session,
                now=desk.now(),
                public_url=desk.settings.web.address,
                as_json=as_json,
                renew_screens=renew_screens,
            )
        warn_if_local(desk.settings)

    _run(work(_desk()))


@cli.command()
def counts(
    campaign: Annotated[str, typer.Argument(help="Mã đợt học tập.")],
    unit: UnitCode = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Số liệu của một đợt, theo từng đơn vị, tính đến một ngày."""
    day = _date(as_of)

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await counting.counts(
                database, campaign, unit=unit, as_of=day, now=desk.now(), as_json=as_json
            )

    _run(work(_desk()))


# --- the post --------------------------------------------------------------------------------


@cli.command()
def broadcast(
    unit: Annotated[str, typer.Option(help="Mã đơn vị nhận, gồm mọi đơn vị bên dưới.")],
    to: Annotated[Audience, typer.Option(help="Gửi cho ai trong đơn vị.")],
    text_file: Annotated[Path, typer.Option(help="Tệp nội dung UTF-8; - là stdin.")],
    campaign: Annotated[
        str | None, typer.Option(help="Mã đợt học tập; mặc định là đợt mới nhất của đơn vị.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem trước.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Gửi mà không hỏi lại.")] = False,
) -> None:
    """Gửi thông báo đến nhiều đồng chí; hệ thống đang chạy sẽ lần lượt phát đi.

    Trong nội dung, {tên} và {chi_bộ} được thay bằng tên, chi bộ của từng người nhận.
    """

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await speaking.broadcast(
                database,
                desk.settings,
                desk.now,
                unit=unit,
                audience=to,
                campaign=campaign,
                text_file=text_file,
                dry_run=dry_run,
                yes=yes,
            )

    _run(work(_desk()))


@cli.command()
def outbox(
    ambiguous: Annotated[
        bool, typer.Option("--ambiguous", help="Từng tin không rõ đã đến mấy lần.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Tin đang chờ gửi, tin không đến được, và lúc nào được gửi tiếp, theo từng kênh."""

    async def work(desk: Desk) -> None:
        async with desk.database() as database:
            await posting.outbox(database, desk.now(), only_ambiguous=ambiguous, as_json=as_json)

    _run(work(_desk()))
