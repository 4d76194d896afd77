"""RLlib's DQN on the line, beside the exact values; in an environment of its own, as it pins Gymnasium."""
# needs: rllib

from importlib.util import find_spec

import gymnasium

import agents
import rl_line
from agents.checkup.reading.reading import read
from rl_line.drawing import agreement_text
from rl_line.system.scripts import at_least_one, run


def train(env, *, gamma, steps, seed):
    """The function that `agents.checkup` needs, too: an algorithm after so many steps in the environment given."""
    from ray.rllib.algorithms.dqn import DQNConfig
    from ray.rllib.connectors.env_to_module import FlattenObservations
    from ray.tune import register_env

    register_env("given", lambda _: env)
    config = DQNConfig().environment("given").debugging(seed=seed)
    # States become one-hot rows on their way to the network, and everything runs in this process.
    config.env_runners(
        num_env_runners=0, env_to_module_connector=lambda *_, **__: FlattenObservations(), rollout_fragment_length=1
    )
    config.training(gamma=gamma, lr=3e-3, target_network_update_freq=50, epsilon=0.3, dueling=False, n_step=1)
    config.training(num_steps_sampled_before_learning_starts=100, train_batch_size_per_learner=32)
    config.training(replay_buffer_config={"type": "EpisodeReplayBuffer", "capacity": 20_000})
    config.reporting(min_sample_timesteps_per_iteration=min(500, steps), min_time_s_per_iteration=0)
    config.rl_module(model_config={"fcnet_hiddens": [32], "head_fcnet_hiddens": []})
    algorithm, taken = config.build_algo(), 0
    while taken < steps:
        taken = algorithm.train()["env_runners"]["num_env_steps_sampled_lifetime"]
    return algorithm


def main(steps: int = 1_000, gamma: float = 0.8, seed: int = 0) -> None:
    """Trains, and prints the values beside the exact ones, and what they are worth."""
    at_least_one(steps=steps)
    if find_spec("ray") is None:
        raise SystemExit("This example needs an environment with RLlib: ./run 19")
    env = gymnasium.make("RewardLine-v0")
    learned = read(train(env, gamma=gamma, steps=steps, seed=seed), num_states=4, num_actions=2)
    exact = rl_line.dp.policy_iteration(env.unwrapped.mdp, gamma).q
    print(rl_line.q_table(learned=learned.q, exact=exact))
    print(f"\nSo: {agreement_text(learned.q, exact)}.")
    print(f"Its greedy policy returns {agents.evaluate(env, learned).value:g}, exactly.")


if __name__ == "__main__":
    run(main)
