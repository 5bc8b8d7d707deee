"""What our duties cost: measured against stock Odoo and against the nearest peer, by ``make bench``."""
