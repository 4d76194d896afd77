"""Texts of the lesson "11. A third-party agent"."""

TEXTS = {
    "en": {
        "title": "11. A third-party agent",
        "see": "an agent that knows nothing of this package. All it is handed is a Gymnasium environment. What it "
        "learns stands beside the exact answers, and the checkup says whether it is right.",
        "there": "The agent is the DQN of **Stable-Baselines3**: a network of 32 units, a replay memory and a "
        "target network. Its first training loads PyTorch, which takes some seconds.",
        "missing": "Stable-Baselines3 is not installed here (`pip install stable-baselines3` brings it, and "
        "PyTorch). In its place learns **an agent of a dozen lines of NumPy**, written without this package.",
        "gamma": "discount gamma",
        "steps": "steps of training",
        "train": "Train",
        "before": "Nothing is learned yet. These are the exact answers.",
        "told": "Marked cells are off by more than 0.5. Asked for its best, the agent goes **{path}**. That "
        "episode pays **{total:g}**, discounted **{worth:.3f}**; the best policy is worth {best:.3f} if nothing "
        "cuts it off.",
        "ask": "Ask the checkup",
        "wait": "The checkup trains the agent anew, on several lines and with several seeds: with "
        "Stable-Baselines3 for up to a minute.",
        "question": "Most libraries discount by 0.99 if they are not told otherwise. What does an agent that is "
        "right do on this line then, what does an episode of 100 steps pay, and what is that policy worth with "
        "gamma 0.8?",
        "answer": "It goes **{path}**: with gamma 0.99 Q(1, right) is {q:.2f}. An episode of 100 steps pays "
        "**{total:g}**, where the way to the 9 pays {walk:g}. With gamma 0.8 the same policy is worth "
        "**{worth:.3f}**, and the way to the 9 is worth {best:.3f}. So say which gamma you mean before you call an "
        "agent wrong.",
    },
    "pt": {
        "title": "11. Um agente de terceiros",
        "see": "um agente que não sabe nada deste pacote. Só recebe um ambiente do Gymnasium. O que ele aprende "
        "fica ao lado das respostas exatas, e o exame diz se ele está certo.",
        "there": "O agente é o DQN da **Stable-Baselines3**: uma rede de 32 unidades, uma memória de repetição e "
        "uma rede-alvo. O primeiro treino carrega o PyTorch, o que leva alguns segundos.",
        "missing": "A Stable-Baselines3 não está instalada aqui (`pip install stable-baselines3` a traz, e o "
        "PyTorch). No lugar dela aprende **um agente de uma dúzia de linhas de NumPy**, escrito sem este pacote.",
        "gamma": "desconto gama",
        "steps": "passos de treino",
        "train": "Treinar",
        "before": "Nada foi aprendido ainda. Estas são as respostas exatas.",
        "told": "As células marcadas erram mais de 0,5. Quando se pede o seu melhor, o agente vai **{path}**. Esse "
        "episódio paga **{total:g}**, descontado **{worth:.3f}**; a melhor política vale {best:.3f} se nada a "
        "cortar.",
        "ask": "Perguntar ao exame",
        "wait": "O exame treina o agente de novo, em várias linhas e com várias sementes: com a "
        "Stable-Baselines3, por até um minuto.",
        "question": "A maioria das bibliotecas desconta com 0,99 se ninguém diz outra coisa. O que faz então nesta "
        "linha um agente que está certo, quanto paga um episódio de 100 passos, e quanto vale essa política com "
        "gama 0,8?",
        "answer": "Ele vai **{path}**: com gama 0,99, Q(1, direita) é {q:.2f}. Um episódio de 100 passos paga "
        "**{total:g}**, e o caminho até o 9 paga {walk:g}. Com gama 0,8 a mesma política vale **{worth:.3f}**, e o "
        "caminho até o 9 vale {best:.3f}. Por isso diga qual é o gama antes de chamar um agente de errado.",
    },
}
