using System.Security.Cryptography;
using System.Text;

namespace PdeDiffusion.Files;

/// <summary>The content of a kind of output folder.</summary>
/// <param name="Noun">What a message calls its content: a run, a study.</param>
/// <param name="Record">The file that describes the content of the folder; it is written first.</param>
/// <param name="Files">Files of fixed names, which must not be folders.</param>
/// <param name="Subfolders">Folders within, one level deep.</param>
/// <param name="IsOwn">True for the names, relative to the folder, of files that may be written and deleted here.</param>
public sealed record FolderContents(
    string Noun, string Record, IReadOnlyList<string> Files, IReadOnlyList<string> Subfolders, Func<string, bool> IsOwn);

/// <summary>
/// Exclusive access to an output folder. A missing folder is created, with its parents; a folder that is not empty is refused unless its
/// record permits overwriting. Nothing is written outside the folder, even if it contains links. A claim that wrote nothing leaves the disk
/// unchanged.
/// </summary>
public sealed class FolderClaim : IDisposable
{
    /// <summary>The lock file. A file left by a killed process does not lock the folder.</summary>
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
    /// Claims a folder and checks that it is writable. Its content is kept until <see cref="Clear"/>.
    /// </summary>
    /// <param name="force">Claim it even if it contains other files.</param>
    /// <param name="conflict">Reads an existing record by its path and returns the reason to refuse the folder; null if there is
    /// none.</param>
    /// <exception cref="InputException">The folder contains other files or is not writable; the message says what to do.</exception>
    public static FolderClaim Take(string path, FolderContents contents, bool force, Func<string, string?> conflict) =>
        Claim(path, contents, claim =>
        {
            string? obstacle = claim.Obstacle(conflict);
            if (obstacle is not null && !force)
                throw claim.Wrong(obstacle);
            claim.isInTheWay = obstacle is not null;
        });

    /// <summary>Claims a folder to continue with its content.</summary>
    /// <param name="check">Refuses it, by an <see cref="InputException"/>.</param>
    /// <exception cref="InputException">The folder is refused or cannot be written; the message says what to do.</exception>
    public static FolderClaim Reopen(string path, FolderContents contents, Action<FolderClaim> check) => Claim(path, contents, check);

    /// <summary>Deletes the files that a folder of this kind contains, if it has a record.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public void Clear()
    {
        if (!isInTheWay)
            return;
        isInTheWay = false;
        // Without a record no file may be deleted.
        if (folder.Find(contents.Record) == EntryKind.Missing)
            return;
        // The record is deleted first, so that a partly cleared folder is not taken for a finished one.
        folder.Delete(contents.Record);
        DeleteOwn(_ => true);
    }

    /// <summary>Deletes temporary files left by a killed process.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public void DeleteTemporaries() => DeleteOwn(name => name.EndsWith(OpenFolder.TemporaryEnding, StringComparison.Ordinal));

    /// <summary>Deletes those of the files that a folder of this kind contains whose names are meant.</summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public void DeleteOwn(Func<string, bool> isMeant)
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

    /// <summary>Removes a file, or the link that has its name.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Delete(string name) => folder.Delete(name);

    /// <summary>True if a file, and no link or folder, has this name in the folder.</summary>
    public bool Has(string name) => folder.Find(name) == EntryKind.File;

    /// <summary>Writes a file atomically. Thread-safe.</summary>
    /// <param name="name">Its name, or that of a subfolder, a slash and its name there.</param>
    /// <exception cref="IOException">It cannot be written, or the folder has been replaced.</exception>
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

    /// <summary>Writes a file that shows what the tables of the folder contain: a failure says that they are complete.</summary>
    /// <exception cref="IOException">It cannot be written; the other files of the folder are as they were.</exception>
    public void WriteBesideTables(string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            Write(name, write);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The system names the file as it was opened: by its name in the folder, by its whole path, or not at all.
            string which = failure.Message.Contains($"'{name}'", StringComparison.Ordinal) ? "" : name + ": ";
            throw new IOException($"{which}{failure.Message.TrimEnd('.')}; the tables in {Path} are complete", failure);
        }
    }

    /// <summary>The same as <see cref="Write"/>, and the hash of what was written.</summary>
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

    /// <summary>Creates a subfolder if it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public void Prepare(string subfolder) => _ = Subfolder(subfolder);

    public void WriteText(string name, string text) => Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Path of a file of this folder.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The exception for an obstacle in this folder.</summary>
    public InputException Wrong(string message) => InTheWay(Path, message);

    /// <summary>The exception for a folder that cannot be written.</summary>
    public InputException CannotBeWritten(Exception failure) => CannotBeWritten(Path, failure);

    /// <summary>Releases the folder. If nothing was written, the folders created for it are deleted.</summary>
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
            throw InTheWay("--out", $"requires the path of a folder, but is {Printable.Quote(path)}");
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        FolderClaim? claim = null;
        try
        {
            if (File.Exists(path))
                throw InTheWay(path, $"is a file, but a {contents.Noun} requires a folder: choose another with --out");
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
        path, $"cannot be written: {failure.Message.TrimEnd('.')}. Choose another folder with --out or output.directory.");

    private static FolderClaim Hold(string path, FolderContents contents)
    {
        IReadOnlyList<string> made = MakeMissing(path);
        OpenFolder? folder = null;
        try
        {
            folder = OpenFolder.Open(path);
            if (folder.Find(LockName) is not (EntryKind.Missing or EntryKind.File))
                throw InTheWay(folder.PathOf(LockName), "is not a regular file, so the folder cannot be locked: remove it");
            IDisposable held = folder.Lock(LockName) ?? throw InTheWay(
                path, "is being written to by another run or study: wait until it ends, or choose another folder with --out");
            return new FolderClaim(contents, made, folder, held);
        }
        catch
        {
            folder?.Dispose();
            RemoveEmpty(made);
            throw;
        }
    }

    /// <summary>Creates a folder and its missing parents; returns the folders created, innermost first.</summary>
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
        // Where an open file can be deleted, it is deleted before it is closed, so no other process can lock it in between. Elsewhere the
        // file of the next owner is in use and remains.
        if (OperatingSystem.IsWindows())
            held.Dispose();
        try
        {
            folder.Delete(LockName);
        }
        catch (Exception stays) when (stays is IOException or UnauthorizedAccessException)
        {
            // A lock file that remains does no harm.
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
                return $"contains a {contents.Record} that is a link: choose another folder with --out, or use --force to overwrite";
            case EntryKind.Missing:
                // Files left by a claim that was killed before it wrote its record are ignored.
                return folder.Names().Any(name => name != LockName && name != contents.Record + OpenFolder.TemporaryEnding)
                    ? $"contains files but no {contents.Noun}: choose another folder with --out, or use --force "
                        + $"(deletes only the files of a {contents.Noun})"
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
            foreach (string one in (string[])[name, name + OpenFolder.TemporaryEnding])
            {
                if (folder.Find(one) == EntryKind.Folder)
                {
                    throw InTheWay(
                        PathOf(one), $"is a folder, but a {contents.Noun} writes a file of this name: choose another with --out");
                }
            }
        }

        foreach (string name in contents.Subfolders)
        {
            EntryKind kind = folder.Find(name);
            if (kind == EntryKind.Link)
                throw InTheWay(PathOf(name), $"is a link; nothing is written outside the output folder");
            if (kind is EntryKind.File or EntryKind.Pipe or EntryKind.Other)
                throw InTheWay(PathOf(name), $"is a file, but a {contents.Noun} requires a folder of this name: choose another with --out");
        }
    }

    /// <summary>Checks that files can be created here, before anything is computed.</summary>
    private void Probe()
    {
        string probe = contents.Record + OpenFolder.TemporaryEnding;
        folder.EnsureInPlace();
        folder.Delete(probe);
        folder.Create(probe).Dispose();
        folder.Delete(probe);
    }

    private bool IsOwn(string name) => contents.IsOwn(
        name.EndsWith(OpenFolder.TemporaryEnding, StringComparison.Ordinal) ? name[..^OpenFolder.TemporaryEnding.Length] : name);

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
