"""Gymnasium's Blackjack as an exact MDP: cards are drawn with replacement, so a state is three numbers and a flag."""

from functools import cache

import gymnasium as gym
import numpy as np

from rl_line import TabularMDP

STICK, HIT = 0, 1
CARDS = dict.fromkeys(range(1, 10), 1 / 13) | {10: 4 / 13}
OVER = 32 * 11 * 2 * 2


def index(total, dealer, ace, natural):
    return ((total * 11 + dealer) * 2 + ace) * 2 + natural


def hand(*cards):
    """Score of a hand, and 1 if an ace in it counts 11."""
    hard = sum(cards)
    ace = 1 in cards and hard + 10 <= 21
    return hard + 10 * ace, int(ace)


@cache
def dealt(hard, has_ace, cards):
    """Probabilities of (score, natural) of a dealer who holds so many cards; 0 if bust."""
    total = hard + 10 * (has_ace and hard + 10 <= 21)
    if cards > 1 and total >= 17:
        return {(total if total <= 21 else 0, cards == 2 and total == 21): 1.0}
    found = {}
    for card, p in CARDS.items():
        for end, q in dealt(hard + card, has_ace or card == 1, cards + 1).items():
            found[end] = found.get(end, 0.0) + p * q
    return found


def outcomes(total, dealer, ace, natural, action, naturals_win):
    """(probability, next state, reward) of each."""
    if action == STICK:
        for (score, dealers), p in dealt(dealer, dealer == 1, 1).items():
            won = natural and naturals_win and not dealers
            yield p, OVER, 1.0 if won else float(np.sign(total - score))
        return
    for card, p in CARDS.items():
        hard = total - 10 * ace + card
        soft = int((ace or card == 1) and hard + 10 <= 21)
        yield (p, OVER, -1.0) if hard > 21 else (p, index(hard + 10 * soft, dealer, soft, 0), 0.0)


def blackjack(*, naturals_win):
    """The MDP, with the player's naturals beating all but a natural (`sab=True`) or not."""
    states = [(t, d, a) for t in range(4, 22) for d in range(1, 11) for a in (0, 1) if t >= 12 or not a]
    successor, probability, reward = (np.zeros((OVER + 1, 2, 16), dtype) for dtype in (np.int64, float, float))
    probability[:, :, 0] = 1.0
    for total, dealer, ace in states:
        for natural in (0, 1) if (total, ace) == (21, 1) else (0,):
            for action in (STICK, HIT):
                row = index(total, dealer, ace, natural), action
                moves = list(outcomes(total, dealer, ace, natural, action, naturals_win))
                probability[row] = 0.0
                for k, move in enumerate(moves):
                    probability[(*row, k)], successor[(*row, k)], reward[(*row, k)] = move
    start = np.zeros(OVER + 1)
    for first, p in CARDS.items():
        for second, q in CARDS.items():
            for dealer, r in CARDS.items():
                total, ace = hand(first, second)
                start[index(total, dealer, ace, total == 21)] += p * q * r
    return TabularMDP(successor, probability, reward, np.arange(OVER + 1) == OVER, start)


class Numbered(gym.Wrapper):
    """Shows the number of the state; `flagged` tells naturals, which the observation does not."""

    def __init__(self, env, *, flagged=True):
        super().__init__(env)
        self.flagged = flagged
        self.observation_space = gym.spaces.Discrete(OVER + 1)

    def reset(self, *, seed=None, options=None):
        (total, dealer, ace), info = self.env.reset(seed=seed, options=options)
        return index(total, dealer, ace, int(self.flagged and total == 21)), info

    def step(self, action):
        (total, dealer, ace), reward, terminated, truncated, info = self.env.step(action)
        return OVER if terminated else index(total, dealer, ace, 0), reward, terminated, truncated, info
