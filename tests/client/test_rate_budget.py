"""The rate budget against a model server: never a 429, and no slower than limit and latency demand."""

from hypothesis import given, settings
from hypothesis import strategies as st
from limit_model import Call, LimitServer, Simulation

from ringback.client.limits.rate_answer import RateAnswer, rate_answer
from ringback.client.limits.rate_budget import GUARD_SECONDS, LEAST_LIMIT, Budget, budget_from_bytes
from ringback.client.messages import Headers, HttpAnswer

latencies = st.floats(0.0, 12.0)
calls = st.builds(Call, asks=st.floats(0.0, 150.0), there=latencies, back=latencies)
mortal = st.builds(
    Call,
    asks=st.floats(0.0, 150.0),
    there=latencies,
    back=latencies,
    dies=st.sampled_from(["", "waiting", "answered"]),
)
limits = st.integers(1, 12)


@settings(max_examples=300, deadline=None)
@given(limits, st.lists(mortal, min_size=1, max_size=40))
def test_in_no_interleaving_is_there_a_429_whoever_dies(limit, plan):
    """While no answer has told the limit, each death leaves a call uncounted: RingCentral's smallest is 5."""
    server = LimitServer(limit)
    Simulation(server, plan, known=limit < LEAST_LIMIT).run()
    assert server.refused == []


@settings(max_examples=150, deadline=None)
@given(limits, st.lists(calls, min_size=1, max_size=30))
def test_every_call_goes_as_early_as_the_limit_and_the_latency_let_it(limit, plan):
    """The n-th to ask goes a window after the answer of the call that is `limit` before it, or at once."""
    server = LimitServer(limit)
    run = Simulation(server, plan).run()
    order = sorted(range(len(plan)), key=lambda number: plan[number].asks)
    slowest = max(call.there + call.back for call in plan)
    first = min(call.asks for call in plan)
    learnt = first + plan[order[0]].there + plan[order[0]].back + 0.1
    due = []
    for place, number in enumerate(order):
        earliest = max(plan[number].asks, learnt if place else 0.0)
        if place >= limit:
            earliest = max(earliest, due[place - limit] + slowest + server.window + GUARD_SECONDS)
        due.append(earliest)
        assert run.sent[number] <= earliest + 1e-3


def test_callers_that_never_pause_get_what_the_limit_allows():
    for limit in (10, 40):
        server = LimitServer(limit)
        plan = [Call(asks=0.0, there=0.1, back=0.1) for _ in range(limit * 10)]
        Simulation(server, plan).run()
        assert server.refused == []
        assert max(server.passed) <= 9 * server.window / 0.98


def test_first_come_first_served():
    server = LimitServer(2)
    run = Simulation(server, [Call(asks=0.01 * number) for number in range(20)]).run()
    assert sorted(run.sent, key=run.sent.get) == list(range(20))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.0, 5.0), max_size=9))
def test_what_another_program_spent_is_learnt_from_the_remaining_calls(foreign):
    """The other program is done before ours begins: without X-Rate-Limit-Remaining there would be a 429."""
    server = LimitServer(10)
    plan = [Call(asks=6.0, there=0.1, back=0.1) for _ in range(30)]
    Simulation(server, plan, foreign=foreign).run()
    assert server.refused == []


TOLD = RateAnswer(200, "heavy", 2, 1, 60.0)


def test_until_an_answer_tells_the_limit_one_call_goes_and_the_others_wait_for_it():
    budget = Budget().with_call("a", 0.0, 30.0).with_call("b", 0.0, 30.0)
    assert budget.turn("a", 0.0).now
    assert budget.turn("b", 0.0) == budget.turn(None, 0.0)
    assert not budget.turn("b", 0.0).now
    assert budget.turn("b", 0.0).at is None
    assert budget.turn("b", 30.0).now  # the first one died
    assert budget.answered("a", 0.0, 1.0, TOLD).turn("b", 1.0).now


def test_a_call_that_failed_without_a_word_of_the_limit_lets_the_next_one_learn():
    budget = Budget().with_call("a", 0.0, 30.0).with_call("b", 0.0, 30.0).answered("a", 0.0, 1.0, None)
    assert budget.limit is None
    assert budget.turn("b", 1.0).now


def test_a_penalty_stops_everybody_and_each_further_429_starts_it_anew():
    budget = Budget().with_call("a", 0.0, 30.0).answered("a", 0.0, 1.0, TOLD)
    refused = RateAnswer(429, "heavy", 2, 0, 60.0, 45.0)
    budget = budget.with_call("b", 2.0, 30.0).answered("b", 2.0, 3.0, refused)
    assert not budget.turn(None, 47.0).now
    budget = budget.answered("c", 3.0, 10.0, refused)
    assert budget.turn(None, 47.0).at >= 55.0
    assert budget.turn(None, 71.0).now


def test_a_429_that_names_no_time_means_half_a_minute_at_least():
    def penalty(**headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return rate_answer(HttpAnswer(429, Headers(named), b"")).penalty

    assert penalty() == 30.0
    assert penalty(Retry_After="7") == 7.0
    assert penalty(Retry_After="soon", X_Rate_Limit_Window="60") == 60.0
    assert penalty(Retry_After="-1") == 30.0
    assert penalty(Retry_After="9" * 30) == 30.0


def test_headers_that_make_no_sense_are_left_out():
    odd = {"X-Rate-Limit-Limit": "0", "X-Rate-Limit-Window": "1e9", "X-Rate-Limit-Remaining": "x"}
    assert rate_answer(HttpAnswer(200, Headers(odd), b"")) == RateAnswer(200)
    good = {"X-Rate-Limit-Group": "Heavy", "X-Rate-Limit-Limit": "10", "X-Rate-Limit-Window": "60"}
    assert rate_answer(HttpAnswer(200, Headers(good), b"")) == RateAnswer(200, "heavy", 10, None, 60.0)


@given(st.integers(1, 10_000))
def test_a_clock_that_was_set_back_stops_nobody_for_longer_than_a_window(hours):
    then = hours * 3600.0
    budget = Budget().with_call("a", then, then + 30).answered("a", then, then, TOLD)
    budget = budget.with_call("b", then, then + 30).answered("b", then, then, RateAnswer(429, penalty=60.0))
    now = then - hours * 3600.0
    assert budget.aged(now).turn(None, now + 60.2).now


def test_holds_are_forgotten_when_they_can_matter_no_more():
    budget = Budget().with_call("a", 0.0, 30.0).answered("a", 0.0, 1.0, TOLD).with_call("b", 1.0, 30.0)
    assert len(budget.aged(60.0).holds) == 2
    assert len(budget.aged(125.0).holds) == 1
    assert budget.aged(1000.0).holds == ()
    assert budget.aged(1000.0).limit == 2


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_bytes_that_are_no_budget_are_a_new_one(value):
    assert isinstance(budget_from_bytes(value), Budget)


def test_a_budget_survives_the_vault():
    budget = Budget().with_call("a", 0.5, 30.25).answered("a", 0.5, 1.125, TOLD).with_call("b", 2.0, 32.0)
    assert budget_from_bytes(budget.to_bytes()) == budget
    for broken in (b"[1,2]", b'[null,60,0,0,[["a"]]]', b"[1,Infinity,0,0,[]]", b"[" * 10_000, b"{}"):
        assert budget_from_bytes(broken) == Budget()
    assert budget_from_bytes(None) == Budget()


def test_one_that_gave_up_holds_nothing_and_one_that_lapsed_asks_anew():
    budget = Budget(limit=1).with_call("a", 0.0, 30.0).with_call("b", 0.0, 30.0)
    assert budget.without("a").turn("b", 0.0).now
    late = budget.with_call("a", 31.0, 60.0)
    assert [hold.call for hold in late.holds] == ["b", "a"]
