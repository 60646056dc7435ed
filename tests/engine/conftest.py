"""What tests of the engine share."""

import pytest
import torch


@pytest.fixture
def no_gradients():
    with torch.no_grad():
        yield
