"""The gradient step of deep Q-learning, worked out by hand on a network that is a table."""

import gymnasium as gym
import keras
import numpy as np
import pytest

from agents.deep.dqn import DQN
from agents.deep.gradients import huber, move_target, squared
from agents.deep.replay import Batch

TABLE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], np.float32)
TARGET = TABLE[:, ::-1] + 10.0  # its best action is the other one: 1:(12, 11) 2:(14, 13) 3:(16, 15) 4:(18, 17)


def made(**settings):
    """A DQN whose network is TABLE, whose target is TARGET, that moves by half of the gradient."""
    states = keras.Input((), dtype="int32")
    values = keras.layers.Dense(2, use_bias=False)(keras.ops.one_hot(states, 4))
    settings = {"gamma": 0.5, "loss": squared, "clip_norm": None, "optimizer": keras.optimizers.SGD(0.25)} | settings
    agent = DQN(keras.Model(states, values), **settings)
    agent.model.set_weights([TABLE])
    agent.target[0].assign(TARGET)
    return agent


def batch(*rows, weight=1.0, discount=0.5):
    """Rows (state, action, reward, next state, terminated)."""
    state, action, reward, following, terminated = map(np.array, zip(*rows, strict=True))
    many = np.ones(len(rows), np.float32)
    kinds = (state.astype(np.int32), action.astype(np.int32), reward.astype(np.float32), following.astype(np.int32))
    return Batch(*kinds, terminated.astype(bool), many * np.float32(discount), many * np.asarray(weight, np.float32))


def stepped(agent, given):
    error, loss = agent.update(keras.tree.map_structure(keras.ops.convert_to_tensor, given))
    return agent.model.get_weights()[0], error.numpy(), float(loss)


# The squared loss of one error e has the gradient -2 e, of which a quarter is e / 2.


def test_the_target_network_values_the_next_state():
    table, error, loss = stepped(made(), batch((0, 1, 2.0, 1, False)))
    assert error.tolist() == [2.0 + 0.5 * 14.0 - 2.0]
    assert loss == 49.0
    assert table[0, 1] == 2.0 + 0.5 * 7.0
    assert (np.argwhere(table != TABLE) == [[0, 1]]).all()


def test_the_target_network_stays_what_it_is():
    agent = made()
    stepped(agent, batch((0, 1, 2.0, 1, False)))
    assert (agent.target[0].numpy() == TARGET).all()


def test_double_lets_the_network_choose_and_the_target_judge():
    _, error, _ = stepped(made(double=True), batch((0, 1, 2.0, 1, False)))
    assert error.tolist() == [2.0 + 0.5 * 13.0 - 2.0]


def test_nothing_comes_after_a_terminal_state():
    _, error, _ = stepped(made(), batch((2, 1, 9.0, 3, True), (2, 1, 9.0, 3, False)))
    assert error.tolist() == [9.0 - 6.0, 9.0 + 0.5 * 18.0 - 6.0]


def test_no_gradient_goes_through_the_target():
    agent = made(double=True)
    agent.target[0].assign(TABLE)
    table, _, _ = stepped(agent, batch((0, 1, 2.0, 1, False)))
    assert (table[1] == TABLE[1]).all()


def test_what_comes_next_is_discounted_as_the_batch_says():
    _, error, _ = stepped(made(), batch((0, 1, 2.0, 1, False), discount=0.125))
    assert error.tolist() == [2.0 + 0.125 * 14.0 - 2.0]


def test_weights_scale_each_error_in_the_mean():
    given = batch((0, 1, 2.0, 3, True), (1, 0, 9.0, 3, True), weight=[1.0, 0.25])
    table, error, loss = stepped(made(), given)
    assert error.tolist() == [0.0, 6.0]
    assert loss == 0.25 * 36.0 / 2
    assert table[1, 0] == 3.0 + 0.25 * (2 * 6.0) * 0.25 / 2


@pytest.mark.parametrize(("share", "target"), [(0.0, 12.0), (0.25, 9.25), (1.0, 2.0)])
def test_the_target_goes_its_share_of_the_way(share, target):
    agent = made()
    move_target(agent.target, agent.model.trainable_variables, np.float32(share))
    _, error, _ = stepped(agent, batch((1, 0, 2.0, 0, False)))
    moved = TARGET + share * (TABLE - TARGET)
    assert moved[0].max() == target
    assert (agent.target[0].numpy() == moved).all()
    assert error.tolist() == [2.0 + 0.5 * target - 3.0]


def test_the_norm_of_all_gradients_together_is_clipped():
    # Errors 3 and 4 of two rows have the gradients -3 and -4, of norm 5.
    rows = ((0, 0, 4.0, 3, True), (1, 1, 8.0, 3, True))
    table, _, _ = stepped(made(clip_norm=2.5), batch(*rows))
    assert table[0, 0] == pytest.approx(1.0 + 0.25 * 3.0 / 2)
    assert table[1, 1] == pytest.approx(4.0 + 0.25 * 4.0 / 2)


def test_smaller_gradients_are_left_as_they_are():
    rows = ((0, 0, 4.0, 3, True), (1, 1, 8.0, 3, True))
    for clip_norm in (5.01, None):
        table, _, _ = stepped(made(clip_norm=clip_norm), batch(*rows))
        assert table[0, 0] == pytest.approx(1.0 + 0.25 * 3.0)
        assert table[1, 1] == pytest.approx(4.0 + 0.25 * 4.0)


def test_huber_is_quadratic_up_to_one_and_linear_beyond():
    assert huber(np.array([0.5, -0.5, 1.0, -3.0])).numpy().tolist() == [0.125, 0.125, 0.5, 2.5]
    table, _, loss = stepped(made(loss=huber), batch((2, 1, 9.0, 3, True)))
    assert loss == 2.5
    assert table[2, 1] == 6.0 + 0.25


def test_several_steps_at_once_are_the_same_steps_one_by_one():
    rows = [((0, 1, 2.0, 1, False), (2, 1, 9.0, 3, True)), ((1, 1, 0.0, 2, False), (0, 1, 2.0, 1, False))]
    together, alone = made(gradient_steps=2, batch_size=2), made()
    stacked = Batch(*(np.stack(parts) for parts in zip(*(batch(*two) for two in rows), strict=True)))
    errors, loss, *_ = together._train(stacked)
    one = [stepped(alone, batch(*two)) for two in rows]
    np.testing.assert_allclose(errors.numpy(), [error for _, error, _ in one], rtol=1e-6)
    assert float(loss) == pytest.approx(np.mean([loss for _, _, loss in one]))
    np.testing.assert_allclose(together.model.get_weights()[0], alone.model.get_weights()[0], rtol=1e-6)


def test_any_optimizer_of_keras_learns():
    for optimizer in (keras.optimizers.RMSprop(0.1), keras.optimizers.AdamW(0.1), keras.optimizers.Lion(0.1)):
        table, _, _ = stepped(made(optimizer=optimizer), batch((0, 1, 2.0, 1, False)))
        assert table[0, 1] > TABLE[0, 1]


def test_the_network_of_an_environment_takes_its_observations():
    for env_id in ("CartPole-v1", "FrozenLake-v1", "Blackjack-v1"):
        env = gym.make(env_id)
        if env_id == "Blackjack-v1":
            with pytest.raises(TypeError, match="no encoding of Tuple"):
                DQN.for_env(env)
        else:
            assert DQN.for_env(env, seed=0).q_values(env.reset(seed=0)[0]).shape == (env.action_space.n,)
