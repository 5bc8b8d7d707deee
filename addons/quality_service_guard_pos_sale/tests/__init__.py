from . import test_pos_inspection, test_pos_sale_hold, test_pos_sale_translations
