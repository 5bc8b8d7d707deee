"""How a model says what a gate asks of its documents."""

from typing import NamedTuple


class Declaration(NamedTuple):
    """One gate on one model: which step it guards and which method answers for it."""

    code: str
    field: str
    values: tuple
    method: str


def gate(code, *, on):
    """Declare that the decorated method answers for a gate, the way ``@api.constrains`` declares a check.

    The method is called on a whole recordset and returns what forbids the step, in plain translated
    sentences: ``{record: [sentence, ...]}``; records without obstacle are absent. It never raises, reads
    in batch, and must not look at the guarded field: the form asks it before the step, the gate after.

    :param str code: the ``guard.gate`` that decides whether the answer counts
    :param dict on: the guarded field and the value (or tuple of values) whose entering is guarded
    """
    ((field, values),) = on.items()
    values = values if isinstance(values, tuple) else (values,)

    def declare(method):
        method._guard_gate = Declaration(code, field, values, method.__name__)
        return method

    return declare


def declared_gates(model_class):
    """Every gate that a model class or one of its parents declares.

    A heir that overrides an answer without repeating the decorator changes the answer, not the fact
    that it is asked: therefore all classes of the MRO are read, not only the final methods.

    :rtype: tuple[Declaration, ...]
    """
    found = {}
    for parent in model_class.__mro__:
        for attribute in vars(parent).values():
            declaration = getattr(attribute, "_guard_gate", None)
            if isinstance(declaration, Declaration):
                found.setdefault((declaration.code, declaration.method), declaration)
    return tuple(sorted(found.values()))
