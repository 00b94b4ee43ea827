using PdeDiffusion.Commands;

return Entry.Start(args);
