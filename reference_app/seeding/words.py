"""The words that seeded products are made of."""

LOOKS = (
    "Amber", "Ancient", "Azure", "Bold", "Bright", "Calm", "Classic", "Coastal", "Crimson", "Deep", "Dusky", "Elegant",
    "Fine", "Frosted", "Gentle", "Golden", "Grand", "Ivory", "Jade", "Light", "Little", "Lunar", "Mellow", "Modern",
    "Nordic", "Olive", "Pale", "Plain", "Quiet", "Royal", "Rustic", "Scarlet", "Silver", "Simple", "Smooth", "Solar",
    "Sturdy", "Sunny", "Urban", "Velvet", "Violet", "Wild",
)  # fmt: skip
MATERIALS = (
    "Ash", "Bamboo", "Beech", "Brass", "Canvas", "Cedar", "Ceramic", "Clay", "Copper", "Cork", "Cotton", "Felt",
    "Glass", "Granite", "Hemp", "Iron", "Leather", "Linen", "Maple", "Marble", "Oak", "Paper", "Pine", "Porcelain",
    "Rattan", "Silk", "Slate", "Steel", "Stone", "Walnut", "Wicker", "Wool",
)  # fmt: skip
THINGS = (
    "Apron", "Basket", "Bench", "Blanket", "Board", "Bookend", "Bottle", "Bowl", "Box", "Broom", "Brush", "Candle",
    "Carafe", "Chair", "Clock", "Coaster", "Cushion", "Desk", "Dish", "Frame", "Hook", "Jar", "Jug", "Kettle", "Ladle",
    "Lamp", "Lantern", "Mat", "Mirror", "Mug", "Pan", "Pitcher", "Planter", "Plate", "Pot", "Rack", "Rug", "Saucer",
    "Shelf", "Spoon", "Stool", "Table", "Teapot", "Towel", "Tray", "Trivet", "Vase", "Whisk",
)  # fmt: skip
SHELVES = ("Kitchen", "Dining", "Living", "Garden", "Workshop")
FORMS = ("Small", "Medium", "Large")
PRAISE = ("Just right", "Well made", "Does its job", "Lovely to look at", "Not quite what I expected")
