"""Update rules as data: words in slots, the catalogue of bugs, and where each rule comes to rest."""
