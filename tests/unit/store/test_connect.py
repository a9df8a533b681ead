"""What is told of a database that is of no use now: which one, why, whether to try again, and no password."""

import psycopg
import pytest

from store.connect import in_one_sentence, unreachable
from store.errors import AlertgestError, DependencyDownError

URL = "postgresql://app:s3cret@one:5432,two:5433/alerts?target_session_attrs=read-write"
errors = psycopg.errors


def test_each_host_is_named_with_its_port() -> None:
    said = unreachable(URL, psycopg.OperationalError("FATAL:\n for app:s3cret"))
    assert said == "The database at one:5432,two:5433/alerts does not answer (DATABASE_URL): FATAL: for app:***"
    one_port = unreachable("postgresql://app@one,two:5433/alerts", psycopg.OperationalError("no"))
    assert one_port == "The database at one:5432,two:5433/alerts does not answer (DATABASE_URL): no"


@pytest.mark.parametrize("error", [errors.ReadOnlySqlTransaction, errors.DiskFull, errors.AdminShutdown])
def test_a_server_that_may_work_later_is_worth_a_retry(error: type[psycopg.Error]) -> None:
    with pytest.raises(DependencyDownError) as told, in_one_sentence(URL):
        raise error("it says why")
    where = "The database at one:5432,two:5433/alerts"
    assert str(told.value) == f"{where} refuses to work at present (DATABASE_URL): it says why"


def test_a_statement_that_would_fail_again_is_not() -> None:
    with pytest.raises(AlertgestError) as told, in_one_sentence(URL):
        raise errors.InsufficientPrivilege("no rights")
    assert (type(told.value), told.value.exit_code) == (AlertgestError, 1)
    assert str(told.value) == "The database refused a statement (InsufficientPrivilege): no rights"
