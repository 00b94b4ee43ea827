using System.Security.Cryptography;
using System.Text;

namespace PdeDiffusion.Files;

/// <summary>What a kind of output folder holds.</summary>
/// <param name="Noun">What a message calls its content: a run, a study.</param>
/// <param name="Record">The file that says what is in the folder; written first, so that a folder without it is nobody's.</param>
/// <param name="Files">Files of fixed names, which must not be folders.</param>
/// <param name="Subfolders">Folders within, one level deep.</param>
/// <param name="IsOwn">True for the names, relative to the folder, of files that may be written here and so deleted.</param>
public sealed record FolderContents(
    string Noun, string Record, IReadOnlyList<string> Files, IReadOnlyList<string> Subfolders, Func<string, bool> IsOwn);

/// <summary>
/// Who writes to an output folder: one claim at a time has it. An absent or empty folder is used, and made with its parents; what stands in
/// one that is neither is in the way or not by what its record says. Nothing is written outside the folder, whatever links are in it, and a
/// claim that wrote nothing leaves the disk as it was.
/// </summary>
public sealed class FolderClaim : IDisposable
{
    /// <summary>The file that keeps a second claim out. What a killed process leaves of it locks nobody out.</summary>
    public const string LockName = ".pde-diffusion.lock";

    private readonly FolderContents contents;
    private readonly IReadOnlyList<string> made;
    private readonly OpenFolder folder;
    private readonly IDisposable held;
    private readonly Dictionary<string, OpenFolder> subfolders = [];
    private bool disposed;
    private bool isInTheWay;

    private FolderClaim(FolderContents contents, IReadOnlyList<string> made, OpenFolder folder, IDisposable held) =>
        (this.contents, this.made, this.folder, this.held) = (contents, made, folder, held);

    /// <summary>Absolute path.</summary>
    public string Path => folder.Path;

    /// <summary>True if the folder has the record of its kind.</summary>
    public bool HasRecord => folder.Find(contents.Record) == EntryKind.File;

    /// <summary>
    /// Claims a folder and makes sure that it can be written. What is in it stays until <see cref="Clear"/>.
    /// </summary>
    /// <param name="force">Claim it even if something is in the way.</param>
    /// <param name="conflict">What is in the way if a record is there: reads it by its path; null if nothing is.</param>
    /// <exception cref="InputException">Something is in the way, or the folder cannot be written; the message says what to do.</exception>
    public static FolderClaim Take(string path, FolderContents contents, bool force, Func<string, string?> conflict) =>
        Claim(path, contents, claim =>
        {
            string? obstacle = claim.Obstacle(conflict);
            if (obstacle is not null && !force)
                throw claim.Wrong(obstacle);
            claim.isInTheWay = obstacle is not null;
        });

    /// <summary>Claims a folder to carry on with what is in it, whatever that is.</summary>
    /// <param name="check">Refuses it, by an <see cref="InputException"/>.</param>
    /// <exception cref="InputException">The folder is refused or cannot be written; the message says what to do.</exception>
    public static FolderClaim Reopen(string path, FolderContents contents, Action<FolderClaim> check) => Claim(path, contents, check);

    /// <summary>Deletes what was in the way: the files of the folder's kind, if its record says that there are any.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public void Clear()
    {
        if (!isInTheWay)
            return;
        isInTheWay = false;
        // Without a record nothing here is ours to delete.
        if (folder.Find(contents.Record) == EntryKind.Missing)
            return;
        // The record goes first, so that a folder cleared by half never passes for a finished one.
        folder.Delete(contents.Record);
        DeleteOwn(_ => true);
    }

    /// <summary>Deletes what a killed process left under temporary names.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public void DeleteTemporaries() => DeleteOwn(name => name.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal));

    /// <summary>Removes a file, or the link that has its name.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Delete(string name) => folder.Delete(name);

    /// <summary>True if a file, and no link or folder, has this name in the folder.</summary>
    public bool Has(string name) => folder.Find(name) == EntryKind.File;

    /// <summary>Writes a file whole or not at all. Called by any thread.</summary>
    /// <param name="name">Its name, or that of a subfolder, a slash and its name there.</param>
    /// <exception cref="IOException">It cannot be written, or another folder stands here by now.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write here.</exception>
    public void Write(string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            folder.Write(name, write);
        else
            Subfolder(name[..slash]).Write(name[(slash + 1)..], write);
    }

    /// <summary>The same, and the hash of what was written.</summary>
    /// <inheritdoc cref="Write"/>
    public FileHash WriteHashed(string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var hash = SHA256.Create();
        Write(name, stream =>
        {
            using var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true);
            write(hashed);
        });
        return new FileHash(name, Convert.ToHexStringLower(hash.Hash!));
    }

    /// <summary>Makes a subfolder if it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public void Prepare(string subfolder) => _ = Subfolder(subfolder);

    public void WriteText(string name, string text) => Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Path of a file of this folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The exception for something in this folder that is in the way.</summary>
    public InputException Wrong(string message) => InTheWay(Path, message);

    /// <summary>The exception for a folder that cannot be written.</summary>
    public InputException CannotBeWritten(Exception failure) => CannotBeWritten(Path, failure);

    /// <summary>Lets others have the folder. If nothing was written, the folders that were made for it are gone again.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        foreach (OpenFolder one in subfolders.Values)
            one.Dispose();
        Release(folder, held);
        folder.Dispose();
        RemoveEmpty(made);
    }

    private static FolderClaim Claim(string path, FolderContents contents, Action<FolderClaim> check)
    {
        ArgumentNullException.ThrowIfNull(contents);
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
            throw InTheWay("--out", $"needs the path of a folder, but is {Printable.Quote(path)}");
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        FolderClaim? claim = null;
        try
        {
            if (File.Exists(path))
                throw InTheWay(path, $"is a file, but a {contents.Noun} needs a folder: name another with --out");
            claim = Hold(path, contents);
            check(claim);
            claim.RefuseWrongKinds();
            claim.Probe();
            return claim;
        }
        catch (Exception failure)
        {
            claim?.Dispose();
            if (failure is IOException or UnauthorizedAccessException)
                throw CannotBeWritten(path, failure);
            throw;
        }
    }

    private static InputException CannotBeWritten(string path, Exception failure) => InTheWay(
        path, $"cannot be written: {failure.Message.TrimEnd('.')}. Name another folder with --out or output.directory.");

    private static FolderClaim Hold(string path, FolderContents contents)
    {
        IReadOnlyList<string> made = MakeMissing(path);
        OpenFolder? folder = null;
        try
        {
            folder = OpenFolder.Open(path);
            if (folder.Find(LockName) is not (EntryKind.Missing or EntryKind.File))
                throw InTheWay(folder.PathOf(LockName), "is no regular file, so that the folder cannot be locked: remove it");
            IDisposable held = folder.Lock(LockName) ?? throw InTheWay(
                path, "is being written to by another run or study: wait for its end, or name another folder with --out");
            return new FolderClaim(contents, made, folder, held);
        }
        catch
        {
            folder?.Dispose();
            RemoveEmpty(made);
            throw;
        }
    }

    /// <summary>Makes a folder and the parents that are missing; the folders made, innermost first.</summary>
    private static List<string> MakeMissing(string path)
    {
        var missing = new Stack<string>();
        for (string? at = path; at is not null && !Directory.Exists(at); at = System.IO.Path.GetDirectoryName(at))
            missing.Push(at);
        var made = new List<string>(missing.Count);
        try
        {
            foreach (string folder in missing)
            {
                Directory.CreateDirectory(folder);
                made.Insert(0, folder);
            }
        }
        catch
        {
            RemoveEmpty(made);
            throw;
        }

        return made;
    }

    private static void RemoveEmpty(IEnumerable<string> folders)
    {
        foreach (string folder in folders)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception stays) when (stays is IOException or UnauthorizedAccessException)
            {
                return;
            }
        }
    }

    private static void Release(OpenFolder folder, IDisposable held)
    {
        // Where an open file can be removed it goes first: nobody can have taken it in between. Elsewhere the next owner's file is in use
        // and stays.
        if (OperatingSystem.IsWindows())
            held.Dispose();
        try
        {
            folder.Delete(LockName);
        }
        catch (Exception stays) when (stays is IOException or UnauthorizedAccessException)
        {
            // A file that stays locks nobody out.
        }

        held.Dispose();
    }

    private string? Obstacle(Func<string, string?> conflict)
    {
        switch (folder.Find(contents.Record))
        {
            case EntryKind.File:
                return conflict(PathOf(contents.Record));
            case EntryKind.Link:
                return $"holds a {contents.Record} that is a link: name another folder with --out, or replace it with --force";
            case EntryKind.Missing:
                // What a claim leaves that was killed before its record was there is not in the way.
                return folder.Names().Any(name => name != LockName && name != contents.Record + AtomicFile.TemporaryEnding)
                    ? $"holds files but no {contents.Noun}: name another folder with --out, or let --force write here "
                        + $"(it deletes only a {contents.Noun}'s files)"
                    : null;
            default:
                return null;
        }
    }

    private void RefuseWrongKinds()
    {
        foreach (string name in contents.Files.Prepend(contents.Record))
        {
            if (folder.Find(name) is EntryKind.Pipe or EntryKind.Other)
                throw InTheWay(PathOf(name), $"is a pipe or a device, but a {contents.Noun} writes a file of this name");
            foreach (string one in (string[])[name, name + AtomicFile.TemporaryEnding])
            {
                if (folder.Find(one) == EntryKind.Folder)
                    throw InTheWay(PathOf(one), $"is a folder, but a {contents.Noun} writes a file of this name: name another with --out");
            }
        }

        foreach (string name in contents.Subfolders)
        {
            EntryKind kind = folder.Find(name);
            if (kind == EntryKind.Link)
                throw InTheWay(PathOf(name), $"is a link: nothing is written outside the {contents.Noun}'s folder");
            if (kind is EntryKind.File or EntryKind.Pipe or EntryKind.Other)
                throw InTheWay(PathOf(name), $"is a file, but a {contents.Noun} needs a folder of this name: name another with --out");
        }
    }

    /// <summary>Makes sure that files can be made here, before anything is computed for them.</summary>
    private void Probe()
    {
        string probe = contents.Record + AtomicFile.TemporaryEnding;
        folder.EnsureInPlace();
        folder.Delete(probe);
        folder.Create(probe).Dispose();
        folder.Delete(probe);
    }

    private void DeleteOwn(Func<string, bool> isMeant)
    {
        foreach (string name in folder.Names().Where(name => name != LockName && isMeant(name) && IsOwn(name)))
        {
            if (folder.Find(name) != EntryKind.Folder)
                folder.Delete(name);
        }

        foreach (string name in contents.Subfolders.Where(name => folder.Find(name) == EntryKind.Folder))
        {
            OpenFolder inner = Subfolder(name);
            foreach (string file in inner.Names().Where(file => isMeant(file) && IsOwn($"{name}/{file}")))
                inner.Delete(file);
        }
    }

    private bool IsOwn(string name) => contents.IsOwn(
        name.EndsWith(AtomicFile.TemporaryEnding, StringComparison.Ordinal) ? name[..^AtomicFile.TemporaryEnding.Length] : name);

    private OpenFolder Subfolder(string name)
    {
        lock (subfolders)
        {
            if (!subfolders.TryGetValue(name, out OpenFolder? inner))
                subfolders.Add(name, inner = folder.Subfolder(name));
            return inner;
        }
    }

    private static InputException InTheWay(string path, string message) => new(new InputProblem(path, null, null, message));
}
