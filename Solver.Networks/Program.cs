using PdeDiffusion.Commands;
using PdeDiffusion.Networks;
using PdeDiffusion.Scores;

NetworkRuntime.Opener = (path, dimension, inputs, batch, workers) => new OnnxNetwork(path, dimension, inputs, batch, workers);
NetworkRuntime.Beside = OnnxExternalData.Paths;
return Entry.Start(args);
