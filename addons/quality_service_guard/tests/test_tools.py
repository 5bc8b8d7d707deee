import doctest

from odoo.tests import BaseCase

from ..tools import assignment, fingerprint, hash_chain


class TestTools(BaseCase):
    def test_examples_in_the_tools_hold(self):
        for module in (assignment, fingerprint, hash_chain):
            result = doctest.testmod(module)
            self.assertTrue(result.attempted, module.__name__)
            self.assertFalse(result.failed, module.__name__)
