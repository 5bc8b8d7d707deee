"""docker-compose.yml, as far as it can be judged without a Docker engine."""

import ast
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_compose_file_keeps_to_the_specification(compose):
    schema = json.loads((ROOT / "tests" / "data" / "compose_spec.json").read_text())
    jsonschema.validate(compose, schema)


def test_schema_refuses_a_misspelt_key(compose):
    schema = json.loads((ROOT / "tests" / "data" / "compose_spec.json").read_text())
    broken = {**compose, "services": {"odoo": {"imaje": "odoo:19.0"}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


def test_no_password_has_a_default(compose):
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name:
                assert value.startswith("${") and ":?" in value, f"{name} must come from outside: {value}"


def test_only_this_machine_reaches_the_ports(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_addons_are_mounted_read_only_and_all_are_installed(compose):
    for name in ("init", "odoo"):
        assert "./addons:/mnt/extra-addons:ro" in compose["services"][name]["volumes"]
    installed = compose["services"]["init"]["command"][-1]
    for path in (ROOT / "addons").glob("*/__manifest__.py"):
        # a bridge comes by itself with the app that it joins, and must not bring that app
        bridge = ast.literal_eval(path.read_text()).get("auto_install", False)
        assert (path.parent.name in installed) is not bridge


def test_odoo_waits_for_the_database_and_the_installation(compose):
    conditions = {name: wait["condition"] for name, wait in compose["services"]["odoo"]["depends_on"].items()}
    assert conditions == {"db": "service_healthy", "init": "service_completed_successfully"}
    assert compose["services"]["db"]["healthcheck"] and compose["services"]["odoo"]["healthcheck"]
