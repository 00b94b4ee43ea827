
namespace PdeDiffusion.Tests.Architecture;

/// <summary>Code and documents keep to 140 columns; a table of a document needs a line per row and may be wider.</summary>
[TestClass]
public sealed class LineLengthTests
{
    private const int Columns = 140;

    [TestMethod]
    public void NoLineIsLongerThan140Columns()
    {
        string root = Repository.Root;
        var wrong = new List<string>();
        int seen = 0;
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/');
            if (Path.GetExtension(name) is not (".cs" or ".md") || name.Split('/').Any(part => part is "bin" or "obj" or "out" or ".git"))
            {
                continue;
            }

            seen++;
            string[] lines = File.ReadAllLines(file);
            for (int line = 0; line < lines.Length; line++)
            {
                bool isTableRow = name.EndsWith(".md", StringComparison.Ordinal) && lines[line].TrimStart().StartsWith('|');
                if (lines[line].Length > Columns && !isTableRow)
                    wrong.Add($"{name}:{line + 1}: {lines[line].Length} columns");
            }
        }

        Assert.IsGreaterThan(100, seen);
        Assert.IsEmpty(wrong, string.Join("\n", wrong));
    }
}
