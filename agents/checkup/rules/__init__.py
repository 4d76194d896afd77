"""Update rules as data: words in slots, the catalogue of bugs, and the fixed point of each rule."""
