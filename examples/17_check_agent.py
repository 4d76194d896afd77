"""Is my agent right? A Q-learner that takes a time limit for the end of the episode is found out, and the bug named."""

from functools import partial
from pathlib import Path

from agents import EpsilonGreedy, QLearning, checkup
from agents import train as train_in
from rl_line.system.scripts import run


class TakesCutsForEnds(QLearning):
    """Stops bootstrapping where an episode is only cut off: the bug that libraries had for years."""

    def learn(self, transition):
        """Learns as if a truncated episode had terminated."""
        ended = transition.terminated or transition.truncated
        return super().learn(transition._replace(terminated=ended))


def train(env, *, gamma, steps, seed, kind=QLearning, epsilon=0.3):
    """The function that the checkup needs of any library: an agent after so many steps in the environment given."""
    agent = kind.for_env(env, gamma=gamma, seed=seed, policy=EpsilonGreedy(epsilon))
    train_in(env, agent, steps=steps, seed=seed)
    return agent


def main(epsilon: float = 0.3, budget: float = 30.0, page: Path = Path("figures/checkup.html")) -> None:
    """Checks Q-learning, then the same with a bug, and writes the second report as a page.

    Args:
        epsilon: the probability of exploring
        budget: seconds for each agent
        page: the report to write
    """
    for kind in (QLearning, TakesCutsForEnds):
        report = checkup(partial(train, kind=kind, epsilon=epsilon), budget=budget, epsilon=epsilon)
        print(f"{kind.__name__}: {report}\n")
    report.to_html(page)
    print(f"The second report as a page: {page}")


if __name__ == "__main__":
    run(main)
