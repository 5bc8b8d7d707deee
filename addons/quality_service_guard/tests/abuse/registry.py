"""What belongs to our addons in the registry: models, methods that RPC can call, routes, people of each group."""

import inspect

from odoo import http
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools.misc import mute_logger

ADDONS = ("quality_service_guard", "service_aftersales", "service_oversight")
OPERATIONS = ("read", "write", "create", "unlink")

PEOPLE = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "salesman": "base.group_user,sales_team.group_sale_salesman",
    "salesman_all": "base.group_user,sales_team.group_sale_salesman_all_leads",
    "sales_manager": "base.group_user,sales_team.group_sale_manager",
    "guard_user": "base.group_user,quality_service_guard.group_guard_user",
    "guard_officer": "base.group_user,quality_service_guard.group_guard_deviation",
    "guard_manager": "base.group_user,quality_service_guard.group_guard_manager",
    "review_sales": "base.group_user,quality_service_guard.group_review_sales",
    "review_production": "base.group_user,quality_service_guard.group_review_production",
    "review_engineering": "base.group_user,quality_service_guard.group_review_engineering",
    "review_quality": "base.group_user,quality_service_guard.group_review_quality",
    "settings": "base.group_user,base.group_system",
}


def make_people(env, company=None):
    """One user of each kind.

    :return: ``{kind: res.users}``
    """
    values = {"company_id": company.id, "company_ids": [Command.set(company.ids)]} if company else {}
    return {kind: new_test_user(env, f"abuse_{kind}", groups, **values) for kind, groups in PEOPLE.items()}


def own_models(env):
    """Names of the models that our addons brought, in order."""
    return sorted(name for name, model in env.registry.items() if model._original_module in ADDONS)


def own_methods(env):
    """Every method of our addons that RPC can call, on our models and on stock ones.

    A method counts where one of our classes defines it: also what we override.

    :return: ``[(model name, method name)]`` in order
    """
    found = set()
    for name, model in env.registry.items():
        if model._abstract or model._original_module == "guard_toy":  # the tests' own addon
            continue
        for cls in model.mro():
            if not any(cls.__module__.startswith(f"odoo.addons.{addon}.") for addon in ADDONS):
                continue
            for attribute, value in vars(cls).items():
                if attribute.startswith("_") or not inspect.isfunction(value):
                    continue
                if not getattr(getattr(model, attribute), "_api_private", False):
                    found.add((name, attribute))
    return sorted(found)


def own_routes():
    """Routes that our addons bring or change.

    :return: ``{"Controller.method": {"routes": [...], "auth": ..., "type": ..., "methods": [...]}}``
    """
    found = {}
    for addon in ADDONS:
        for controller in http.Controller.children_classes.get(addon, ()):
            for name, method in vars(controller).items():
                routing = getattr(method, "original_routing", None)
                if routing is not None:
                    kept = ("routes", "auth", "type", "methods", "csrf")
                    found[f"{controller.__name__}.{name}"] = {key: routing[key] for key in kept if key in routing}
    return found


def quietly():
    """Refused accesses are logged by Odoo; they are what is asked for here."""
    return mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "odoo.models")
