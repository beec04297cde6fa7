"""/nhac: to whom, in which words, a preview with the exact number, and off it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.broadcasts import Audience, Target, Unfit, examine, tidy
from domain.messages import Outbound
from domain.plan import ObligationKind
from domain.rights import Right, Role, may
from domain.sessions import Campaign
from handlers import scopes
from handlers.broadcast_progress import waits, wording
from handlers.paging import turning
from handlers.scopes import Need
from handlers.texts import broadcasting as texts
from handlers.texts import common
from handlers.texts.sentence import Lines
from handlers.turn import Choice, Turn
from storage import audiences, broadcasts, counts, dialogues, obligations, people, units
from storage.audiences import Size
from storage.database import Db
from storage.units import Unit

NAME = "broadcast"
PAGE = 8
LIFE_OF_COMPOSING = timedelta(hours=2)  # a text is thought over
SPEAKERS = (Role.COORDINATOR, Role.SECRETARY)


# --- rights ----------------------------------------------------------------------------------


def _numbers(turn: Turn) -> list[int]:
    """ "sendto 12 3 essay 4" -> [12, 3, 4]: unit, campaign or 0, what follows."""
    words = (scopes.row_id(word) for word in turn.argument.split())
    return [word for word in words if word is not None]


async def need(turn: Turn) -> Need | None:
    """Speaking to a unit: a right over it."""
    return await _need(turn, (_numbers(turn) or [0])[0])


async def need_of_dialogue(turn: Turn) -> Need | None:
    dialogue = turn.person.dialogue
    return await _need(turn, dialogue.state["unit"]) if dialogue else None


async def _need(turn: Turn, unit_id: int) -> Need | None:
    async with turn.read() as db:
        unit = await units.get(db, unit_id)
    return Need(Right.SEND, scopes.of_cell(unit.path)) if unit else None


# --- to whom ---------------------------------------------------------------------------------


async def begin(turn: Turn) -> list[Outbound]:
    """/nhac: one's own unit; asks where there are several."""
    ranked = sorted(
        (grant for grant in turn.grants if grant.role in SPEAKERS and grant.unit_path),
        key=lambda grant: SPEAKERS.index(grant.role),
    )
    async with turn.read() as db:
        found = [await units.get_by_path(db, grant.unit_path or "") for grant in ranked]
    own = list(dict.fromkeys(unit for unit in found if unit))
    if not own:
        return [turn.reply(common.NOT_YOURS)]
    if len(own) == 1:
        return await _choose(turn, own[0], None)
    rows = [[Choice(unit.name, f"sendfrom {unit.id} 0")] for unit in own[:PAGE]]
    return [turn.reply(texts.CHOOSE_WHERE, *rows)]


async def choose(turn: Turn) -> list[Outbound]:
    """The audiences of a unit, with how many each is now."""
    unit_id, campaign_id, *_ = [*_numbers(turn), 0]
    async with turn.read() as db:
        unit = await units.get(db, unit_id)
    return await _choose(turn, unit, campaign_id) if unit else [turn.reply(common.NOT_YOURS)]


async def _choose(turn: Turn, unit: Unit, campaign_id: int | None) -> list[Outbound]:
    async with turn.read() as db:
        reaching = [
            one
            for one in await counts.list_campaigns(db)
            if unit.path.startswith(one.unit_path) or one.unit_path.startswith(unit.path)
        ]
        campaign = _campaign(turn, reaching, campaign_id)
        rows = await _audience_rows(turn, db, unit, campaign)
        below = await units.children(db, unit.id)
    last = []
    where = f"{unit.id} {campaign.id if campaign else 0}"
    if below:
        last.append(Choice(common.CHOOSE_UNIT, f"sendbelow {where}"))
    if campaign and len(reaching) > 1:
        after = reaching[(reaching.index(campaign) + 1) % len(reaching)]
        last.append(Choice(texts.OTHER_CAMPAIGN, f"sendfrom {unit.id} {after.id}"))
    text = texts.send_to(unit.name, campaign.title if campaign else None)
    return [turn.reply(text, *rows, last)]


def _campaign(turn: Turn, reaching: list[Campaign], asked: int | None) -> Campaign | None:
    """The one asked for, else that whose session matters now, else the newest."""
    by_id = {one.id: one for one in reaching}
    if asked in by_id:
        return by_id[asked]
    sessions = [one for one in turn.schedule.sessions.values() if one.campaign.id in by_id]
    session = scopes.most_timely(sessions, turn.now)
    return by_id[session.campaign.id] if session else next(iter(reaching), None)


async def _audience_rows(
    turn: Turn, db: Db, unit: Unit, campaign: Campaign | None
) -> list[list[Choice]]:
    """A button for each audience that has somebody in it now."""
    campaign_id = campaign.id if campaign else 0
    rows = []
    for audience, obligation, title in await _offered(db, unit, campaign, turn.now):
        target = _target(unit, campaign_id, audience, obligation)
        count = (await audiences.size(db, target, turn.now)).chosen
        if count or audience is Audience.ALL:
            command = f"sendto {unit.id} {campaign_id} {audience} {obligation or 0}"
            rows.append([Choice(texts.audience_button(audience, count, title), command)])
    return rows


async def _offered(
    db: Db, unit: Unit, campaign: Campaign | None, now: datetime
) -> list[tuple[Audience, int | None, str | None]]:
    """Audiences with the obligation that they are about; it is named where there are several."""
    found: list[tuple[Audience, int | None, str | None]] = []
    if campaign is not None:
        if await audiences.has_begun(db, campaign.id, now):
            found.append((Audience.NOT_RECORDED, None, None))
        owed = await obligations.of_campaigns(db, [campaign.id])
        essays = [one for one in owed if one.kind is ObligationKind.ESSAY]
        for one in essays:
            found.append((Audience.ESSAY, one.id, one.title if len(essays) > 1 else None))
    found.append((Audience.NOT_REGISTERED, None, None))
    if not await units.holds_members(db, unit.id):
        found.append((Audience.SECRETARIES, None, None))
    return [*found, (Audience.ALL, None, None)]


def _target(unit: Unit, campaign_id: int, audience: Audience, obligation: int | None) -> Target:
    return Target(
        audience=audience,
        unit_path=unit.path,
        campaign_id=(campaign_id or None) if audience.needs_campaign else None,
        obligation_id=(obligation or None) if audience is Audience.ESSAY else None,
    )


async def choose_below(turn: Turn) -> list[Outbound]:
    """[Chọn đơn vị]: "sendbelow 12 3 1" is page 2 of the units below unit 12."""
    unit_id, campaign_id, page = [*_numbers(turn), 0, 0][:3]
    async with turn.read() as db:
        below = await units.children(db, unit_id)
    pages = max(1, -(-len(below) // PAGE))
    page = min(page, pages - 1)
    shown = below[page * PAGE : (page + 1) * PAGE]
    rows = [[Choice(unit.name, f"sendfrom {unit.id} {campaign_id}")] for unit in shown]
    pager = turning(f"sendbelow {unit_id} {campaign_id}", page, pages)
    up = [Choice(common.BACK, f"sendfrom {unit_id} {campaign_id}")]
    text = Lines(texts.CHOOSE_WHERE, common.paging(page, pages))
    return [turn.reply(text, *rows, pager, up)]


# --- in which words --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is being composed."""

    unit: Unit
    speaker: Unit
    target: Target


async def compose(turn: Turn) -> list[Outbound]:
    """An audience was pressed: ask for the text. Who has no chat can only be called."""
    unit_id, campaign_id, obligation = [*_numbers(turn), 0, 0][:3]
    word = next((word for word in turn.argument.split() if word in set(Audience)), None)
    async with turn.read() as db:
        unit = await units.get(db, unit_id)
        if unit is None or word is None:
            return [turn.reply(common.NOT_YOURS)]
        target = _target(unit, campaign_id, Audience(word), obligation)
        size = await audiences.size(db, target, turn.now)
    if not size.reachable:
        return [_only_to_call(turn, unit, size)]
    await _ask(turn, unit, target)
    return [turn.reply(texts.ASK_TEXT, [Choice(common.CANCEL, "huy")])]


def _only_to_call(turn: Turn, unit: Unit, size: Size) -> Outbound:
    if not size.chosen:
        return turn.reply(texts.NOBODY_MEANT)
    text = texts.nobody_reachable(size.chosen, unit.name)
    return turn.reply(text, [Choice(texts.LIST, f"tocall {unit.id}")])


async def _ask(turn: Turn, unit: Unit, target: Target) -> None:
    state = {
        "unit": unit.id,
        "audience": target.audience,
        "campaign": target.campaign_id,
        "obligation": target.obligation_id,
    }
    async with turn.write() as tx:
        account_id = await people.account(tx, turn.person, turn.now)
        await dialogues.open(tx, account_id, NAME, state, turn.now, life=LIFE_OF_COMPOSING)


async def ask_again(turn: Turn, unit_id: int, target: Target) -> list[Outbound]:
    """[Sửa]"""
    async with turn.read() as db:
        unit = await units.get(db, unit_id)
    if unit is None:
        return [turn.reply(common.NOT_YOURS)]
    await _ask(turn, unit, target)
    return [turn.reply(texts.ASK_TEXT, [Choice(common.CANCEL, "huy")])]


async def heard(turn: Turn) -> list[Outbound] | None:
    """The text: refused with a reason, or kept as a draft and shown as it will look."""
    if turn.person.dialogue is None:
        return None
    if turn.inbound.attachments:
        return [turn.reply(texts.TEXT_ONLY)]
    plan = await _plan(turn, turn.person.dialogue.state)
    if plan is None:
        return [turn.reply(common.NOT_YOURS)]
    text = tidy(turn.inbound.text)
    why = await _unfit(turn, plan, text)
    if why is not None:
        return [turn.reply(texts.unfit(why))]
    return await _preview(turn, plan, text)


async def _plan(turn: Turn, state: Mapping[str, Any]) -> Plan | None:
    async with turn.read() as db:
        unit = await units.get(db, state["unit"])
        speaker = await _speaker(turn, db, unit.path) if unit else None
    if unit is None or speaker is None:
        return None
    target = Target(
        audience=Audience(state["audience"]),
        unit_path=unit.path,
        campaign_id=state["campaign"],
        obligation_id=state["obligation"],
    )
    return Plan(unit=unit, speaker=speaker, target=target)


async def _speaker(turn: Turn, db: Db, path: str) -> Unit | None:
    """The committee in whose name the sender speaks: the highest that covers the unit."""
    covering = [
        grant.unit_path
        for grant in turn.grants
        if grant.unit_path
        and path.startswith(grant.unit_path)
        and may(Right.SEND, [grant], scopes.of_cell(path), turn.now)
    ]
    return await units.get_by_path(db, min(covering, key=len)) if covering else None


async def _unfit(turn: Turn, plan: Plan, text: str) -> Unfit | None:
    async with turn.read() as db:
        longest = await audiences.longest(db, plan.unit.path)
    room = min(channel.max_text for channel in turn.house.channels.values())
    return examine(text, longest, room - len(str(wording(plan.speaker.name, "", "", ""))))


async def _preview(turn: Turn, plan: Plan, text: str) -> list[Outbound]:
    async with turn.read() as db:
        size = await audiences.size(db, plan.target, turn.now)
        member = await audiences.sample(db, plan.target, turn.now)
        why = await waits(db, plan.target.unit_path, turn.house.calendar, turn.now)
    if not size.reachable:
        return [_only_to_call(turn, plan.unit, size)]
    name, cell = texts.SAMPLE_NAME, texts.SAMPLE_CELL
    if member and may(Right.SEE_NAMES, turn.grants, scopes.of_cell(member.cell.path), turn.now):
        name, cell = member.name, member.cell.name
    async with turn.write() as tx:
        await dialogues.close(tx, await people.account(tx, turn.person, turn.now))
        broadcast_id = await broadcasts.draft(
            tx,
            plan.target,
            text,
            turn.now,
            author_id=turn.member.id,
            unit_id=plan.unit.id,
            from_unit_id=plan.speaker.id,
        )
    shown = texts.preview(
        name,
        wording(plan.speaker.name, text, name, cell),
        size.reachable,
        plan.unit.name,
        size.unreached,
    )
    keys = [
        Choice(texts.SEND, f"sending go {broadcast_id} {size.chosen}"),
        Choice(common.CHANGE, f"sending edit {broadcast_id}"),
        Choice(common.CANCEL, f"sending cancel {broadcast_id}"),
    ]
    return [turn.reply(Lines(shown, why), keys)]
