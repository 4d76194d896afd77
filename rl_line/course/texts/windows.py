"""Texts of the lesson "7. LSTM on time windows"."""

TEXTS = {
    "en": {
        "title": "7. LSTM on time windows",
        "see": "airline passengers, month by month from 1949 to 1960, cut into windows: some months in, the next "
        "ones out. An LSTM learns from the first 96 months and is judged on the last 48. Does it know more than "
        "'the same as last month'?",
        "length": "length: months a window shows",
        "horizon": "horizon: months to forecast",
        "kind": "the network sees",
        "level": "passengers",
        "growth": "growth (differences of logarithms)",
        "units": "cells",
        "epochs": "epochs",
        "seed": "seed",
        "train": "Train",
        "busy": "Training",
        "zoom": "the last two years alone",
        "head": "target|the window shows|wanted|part",
        "parts": "train|test",
        "windows": "{train} windows to learn from, {test} to be judged on. A test window may look back into the "
        "train part, but its target lies in the test part.",
        "untrained": "Press **Train** (some seconds). The guesses below need no training.",
        "network": "LSTM",
        "persistence": "last value",
        "seasonal": "same month last year",
        "linear": "AR(13), linear",
        "seen": "LSTM on the months it learned from",
        "errors": "forecast|RMSE train|RMSE test|MASE test|p, against {first}",
        "near": "The LSTM's forecasts are {distance} away from the last value it saw, and {error} from what came "
        "(root mean square).",
        "repeats": "**It repeats the last value**, and is no better than that.",
        "differs": "**It does more than repeat the last value.**",
        "unit": "passengers  (thousands)",
        "alt": "Passengers over time, actual and forecast, the test part shaded. RMSE there: {errors}.",
        "question": "LSTMs of 4 cells see 3 months of passengers. Do they beat 'last value' on the test part, and "
        "'same month last year'? What helps: 12 months, growth, or both?",
        "verdicts": "better|worse|no difference",
        "answer": "Three networks each, 100 epochs; p of the paired test. Least error: **{best}**, RMSE {rmse}. "
        "AR(13), a weighted sum of 13 months, has {linear} without a network.",
    },
    "pt": {
        "title": "7. LSTM em janelas de tempo",
        "see": "passageiros de avião, mês a mês de 1949 a 1960, cortados em janelas: alguns meses entram, os "
        "seguintes saem. Uma LSTM aprende com os primeiros 96 meses e é julgada nos últimos 48. Ela sabe mais do "
        "que 'o mesmo do mês passado'?",
        "length": "comprimento: meses que a janela mostra",
        "horizon": "horizonte: meses a prever",
        "kind": "a rede vê",
        "level": "passageiros",
        "growth": "crescimento (diferenças de logaritmos)",
        "units": "células",
        "epochs": "épocas",
        "seed": "semente",
        "train": "Treinar",
        "busy": "Treinando",
        "zoom": "só os últimos dois anos",
        "head": "alvo|a janela mostra|desejado|parte",
        "parts": "treino|teste",
        "windows": "{train} janelas para aprender, {test} para julgar. Uma janela de teste pode olhar para trás, "
        "para a parte de treino, mas o seu alvo fica na parte de teste.",
        "untrained": "Aperte **Treinar** (alguns segundos). Os palpites abaixo não precisam de treino.",
        "network": "LSTM",
        "persistence": "último valor",
        "seasonal": "mesmo mês do ano anterior",
        "linear": "AR(13), linear",
        "seen": "LSTM nos meses com que aprendeu",
        "errors": "previsão|RMSE treino|RMSE teste|MASE teste|p, contra {first}",
        "near": "As previsões da LSTM distam {distance} do último valor que ela viu, e {error} do que veio (raiz "
        "da média dos quadrados).",
        "repeats": "**Ela repete o último valor**, e não é melhor do que isso.",
        "differs": "**Ela faz mais do que repetir o último valor.**",
        "unit": "passageiros  (milhares)",
        "alt": "Passageiros no tempo, observados e previstos, a parte de teste sombreada. RMSE nela: {errors}.",
        "question": "LSTMs de 4 células veem 3 meses de passageiros. Elas vencem o 'último valor' na parte de "
        "teste, e o 'mesmo mês do ano anterior'? O que ajuda: 12 meses, crescimento, ou os dois?",
        "verdicts": "melhor|pior|sem diferença",
        "answer": "Três redes de cada, 100 épocas; p do teste pareado. Menor erro: **{best}**, RMSE {rmse}. "
        "A AR(13), uma soma ponderada de 13 meses, tem {linear} sem rede.",
    },
}
