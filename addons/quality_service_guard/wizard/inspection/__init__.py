from . import guard_sampling_decide
