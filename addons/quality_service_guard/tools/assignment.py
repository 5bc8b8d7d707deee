"""Who is asked: one person for each place, nobody twice."""


def assign(candidates):
    """Choose one candidate for each place so that all are different (bipartite matching).

    :param candidates: for each place the people who may take it, the preferred first
    :return: the chosen people in the order of the places, or None where no choice can be made

    >>> assign([["ann", "bob"], ["ann"]])
    ['bob', 'ann']
    >>> assign([["ann"], ["ann"]]) is None
    True
    >>> assign([])
    []
    """
    place_of = {}

    def settle(place, tried):
        for person in candidates[place]:
            if person not in tried:
                tried.add(person)
                if person not in place_of or settle(place_of[person], tried):
                    place_of[person] = place
                    return True
        return False

    if not all(settle(place, set()) for place in range(len(candidates))):
        return None
    person_of = {place: person for person, place in place_of.items()}
    return [person_of[place] for place in range(len(candidates))]
