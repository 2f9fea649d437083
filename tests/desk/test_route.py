"""Which agent answers: labels, assignees, forms, and what moves an issue to another one."""

from tests.desk.quick import FINANCE, MANAGER, SECURITY, SUPPORT, Quick, changed


def test_an_unrouted_issue_goes_to_the_manager_and_a_label_of_a_person_moves_it_once(quick: Quick) -> None:
    number = quick.file(labels=[])
    quick.run(number)
    quick.label("tom", number, "finance/analysis")
    quick.run(number)
    assert quick.quiet(number)
    assert quick.agents(number) == [MANAGER, FINANCE]
    assert quick.reasons(number) == ["opened", "routed"]


def test_an_issue_of_an_agent_that_is_off_goes_to_the_manager_and_says_so(quick: Quick) -> None:
    number = quick.file(labels=["marketing/copy"])
    quick.run(number)
    shown = quick.shown(number)
    assert quick.agents(number) == [MANAGER]
    assert "ai-marketing-agent is off" in shown.comments[0]


def test_an_assignee_routes_when_no_agent_label_does(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis"])
    quick.assign("tom", number, "ai-support-agent")
    quick.run(number)
    assert quick.agents(number) == [SUPPORT]
    assert quick.world.github.issue(number)["assignees"][0]["login"] == "ai-support-agent"  # the desk assigns nobody


def test_an_agent_label_beats_assignee_area_and_form(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis", "agent/ai-security"])
    quick.assign("tom", number, "ai-support-agent")
    quick.run(number)
    assert quick.agents(number) == [SECURITY]


def test_two_labels_of_equal_rank_are_decided_by_the_file_with_a_warning(quick: Quick) -> None:
    number = quick.file(labels=["finance/analysis", "security/compliance"])
    quick.run(number)
    assert quick.agents(number) == [SECURITY]
    assert "the order of the file decides" in quick.shown(number).comments[0]


def test_a_label_that_comes_before_the_first_run_is_no_second_reason(quick: Quick) -> None:
    number = quick.file(labels=[])
    quick.label("tom", number, "finance/analysis")
    quick.run(number)
    assert quick.quiet(number)
    assert quick.reasons(number) == ["opened"]


def test_a_label_set_while_the_agent_decides_drops_that_decision(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    done = quick.run(number, during=lambda: quick.label("tom", number, "agent/ai-security"))
    assert "dropped" in done[0].why
    assert quick.agents(number) == [SECURITY]


def test_a_label_removed_again_before_the_run_changes_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.label("tom", number, "agent/ai-security")
    quick.unlabel("tom", number, "agent/ai-security")
    assert quick.quiet(number)


def test_removing_the_label_that_routed_is_a_reason_too(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.label("tom", number, "agent/ai-security")
    quick.run(number)
    quick.unlabel("tom", number, "agent/ai-security")
    quick.run(number)
    assert quick.agents(number) == [SECURITY, SUPPORT]
    assert quick.quiet(number)


def test_a_changed_policy_is_no_reason(quick: Quick) -> None:
    number = quick.file(labels=["marketing/copy"])
    quick.run(number)
    quick.world.policy = changed(quick.world.policy, "ai-marketing-agent", mode="live")
    assert quick.quiet(number)


def test_a_quiet_bots_label_moves_nothing(quick: Quick) -> None:
    number = quick.file(labels=["support/howto"])
    quick.run(number)
    quick.label("dependabot[bot]", number, "security/compliance")
    assert quick.quiet(number)
