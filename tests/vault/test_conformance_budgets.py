"""Rate budgets, on every back end: a compare-and-set of small values that are forgotten after a while."""

import threading


def test_a_budget_is_inserted_once_and_then_swapped_by_version(store):
    assert store.load_budget("k") is None
    assert not store.swap_budget("k", 1, b"x", keep_seconds=60)
    assert store.swap_budget("k", 0, b"one", keep_seconds=60)
    assert not store.swap_budget("k", 0, b"again", keep_seconds=60)
    version, value = store.load_budget("k")
    assert value == b"one"
    assert version >= 1
    assert store.swap_budget("k", version, b"two", keep_seconds=60)
    assert not store.swap_budget("k", version, b"late", keep_seconds=60)
    assert store.load_budget("k") == (version + 1, b"two")
    assert store.load_budget("another") is None


def test_a_budget_is_forgotten_after_its_time_and_each_write_begins_it_anew(store, under_test):
    store.swap_budget("k", 0, b"one", keep_seconds=100)
    store.swap_budget("other", 0, b"lasts", keep_seconds=1000)
    under_test.let_budgets_run_out(60)
    assert store.swap_budget("k", 1, b"two", keep_seconds=100)
    under_test.let_budgets_run_out(60)
    assert store.load_budget("k") == (2, b"two")
    under_test.let_budgets_run_out(60)
    assert store.load_budget("k") is None
    assert not store.swap_budget("k", 2, b"three", keep_seconds=100)
    assert store.swap_budget("k", 0, b"new", keep_seconds=100)
    assert store.load_budget("k") == (1, b"new")
    assert store.load_budget("other") == (1, b"lasts")


def test_of_many_threads_that_swap_one_version_one_succeeds(store):
    gate = threading.Barrier(8)
    won = []

    def work():
        for _ in range(20):
            gate.wait()
            version, value = store.load_budget("k") or (0, b"0")
            if store.swap_budget("k", version, b"%d" % (int(value) + 1), keep_seconds=60):
                won.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    version, value = store.load_budget("k")
    assert version == int(value) == len(won) >= 20
