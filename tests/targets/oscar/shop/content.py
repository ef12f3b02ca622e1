"""``python -m tests.targets.oscar.shop.content goods|staff``: what stands in the database before the first request.

``goods`` makes the tables, three categories, 24 products and a country to ship to. oscar tells price and stock of a
product at two more addresses, so a list with both takes two requests a product: there are few of them. ``staff`` makes
the account of STAFF_EMAIL and DJANGO_SUPERUSER_PASSWORD.
"""

import os
import sys
from decimal import Decimal

import django
from django.core.management import call_command

PRODUCTS = 24
CATEGORIES = ("Kitchen", "Garden", "Desk")


def make_goods() -> None:
    """Make tables and goods. Every eighth product is sold out."""
    from oscar.apps.address.models import Country  # noqa: PLC0415 -- models exist once Django is set up
    from oscar.apps.catalogue.models import Category, Product, ProductClass  # noqa: PLC0415
    from oscar.apps.partner.models import Partner, StockRecord  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    Country.objects.create(
        iso_3166_1_a2="GB", name="United Kingdom", printable_name="United Kingdom", is_shipping_country=True
    )
    goods = ProductClass.objects.create(name="Goods", slug="goods", track_stock=True)
    warehouse = Partner.objects.create(name="Warehouse")
    categories = [Category.add_root(name=name) for name in CATEGORIES]
    for number in range(1, PRODUCTS + 1):
        name = f"Thing {number:02}"
        product = Product.objects.create(product_class=goods, title=name, upc=f"thing-{number:02}")
        product.categories.add(categories[number % len(categories)])
        StockRecord.objects.create(
            product=product,
            partner=warehouse,
            partner_sku=product.upc,
            price=Decimal(number) + Decimal("0.95"),
            num_in_stock=number % 8 * 5,
        )


def make_staff() -> None:
    """Make the account that may do everything over the API."""
    email = os.environ["STAFF_EMAIL"]
    call_command("createsuperuser", interactive=False, username=email, email=email, verbosity=0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.targets.oscar.shop.settings")
    django.setup()
    {"goods": make_goods, "staff": make_staff}[sys.argv[1]]()
