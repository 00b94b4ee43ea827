using System.Text.Json;
using PdeDiffusion.Files;
using PdeDiffusion.Json;
using PdeDiffusion.Plots;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Figures;

/// <summary>
/// The images of figure files in the folder that they have claimed. <c>figures.json</c> lists them: listed images are replaced, other files
/// of the same name are not overwritten without force.
/// </summary>
public sealed class FigureFolder : IDisposable
{
    public const string RecordName = "figures.json";

    private static readonly FolderContents Contents = new("figure", RecordName, [], [], name => name == RecordName);

    private readonly FolderClaim claim;
    private readonly SortedSet<string> pictures;

    private FigureFolder(FolderClaim claim, IEnumerable<string> pictures) =>
        (this.claim, this.pictures) = (claim, new SortedSet<string>(pictures, StringComparer.Ordinal));

    /// <summary>Absolute path.</summary>
    public string Path => claim.Path;

    /// <summary>Claims a folder for images and lists them.</summary>
    /// <param name="names">Their names, without ending.</param>
    /// <param name="force">Overwrite images that are not listed.</param>
    /// <exception cref="InputException">The folder contains other files or is not writable; the message says what to do.</exception>
    public static FigureFolder Open(string path, IEnumerable<string> names, bool force)
    {
        const string Remedy = "choose another folder with --out, or use --force to overwrite";
        string[] wanted = [.. names.SelectMany(name => new[] { name + ".png", name + ".svg", name + ".pdf" })];
        HashSet<string> listed = [];
        FolderClaim claim = FolderClaim.Take(path, Contents, force, record =>
        {
            if (Listed(record) is not { } found)
                return $"contains a {RecordName} that lists no figures: {Remedy}";
            listed = found;
            string folder = System.IO.Path.GetDirectoryName(record)!;
            string? foreign = Array.Find(
                wanted, name => !found.Contains(name) && System.IO.Path.Exists(System.IO.Path.Combine(folder, name)));
            return foreign is null ? null : $"contains {foreign}, which {RecordName} does not list: {Remedy}";
        });
        var figures = new FigureFolder(claim, listed.Concat(wanted));
        try
        {
            figures.WriteRecord(finished: false);
            return figures;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            claim.Dispose();
            throw claim.CannotBeWritten(failure);
        }
    }

    /// <summary>Writes the files of an image; returns their names.</summary>
    /// <exception cref="IOException">One cannot be written.</exception>
    public IReadOnlyList<string> Write(Figure figure) => FigureFiles.Write(claim, figure);

    /// <summary>Writes the list of images, as the last file.</summary>
    /// <exception cref="IOException">The list cannot be written.</exception>
    public void Finish()
    {
        pictures.RemoveWhere(name => !claim.Has(name));
        WriteRecord(finished: true);
        Dispose();
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => claim.Dispose();

    private static HashSet<string>? Listed(string record)
    {
        using JsonDocument? found = JsonText.ReadRecord(record);
        return found is not null && found.RootElement.TryGetProperty("pictures", out JsonElement list)
            && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)] : null;
    }

    private void WriteRecord(bool finished) => claim.Write(RecordName, stream => JsonText.Write(stream, json =>
    {
        json.WriteBoolean("finished", finished);
        RunRecord.WriteOrigin(json, null);
        json.WriteStartArray("pictures");
        foreach (string name in pictures)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }));
}
