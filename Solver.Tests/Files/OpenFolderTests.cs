using System.Text;
using PdeDiffusion.Files;

namespace PdeDiffusion.Tests.Files;

[TestClass]
public sealed class OpenFolderTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("pde").FullName;

    [TestCleanup]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void A_failure_after_some_bytes_keeps_the_old_file_and_leaves_nothing_else()
    {
        string path = Path.Combine(folder, "a.csv");
        Write("a.csv", "old\n");
        Assert.ThrowsExactly<IOException>(() => Write("a.csv", stream =>
        {
            stream.Write(new byte[1 << 18]);
            throw new IOException("disk full");
        }));
        Assert.AreEqual("old\n", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder));
    }

    [TestMethod]
    public void A_rename_that_fails_leaves_no_temporary_file()
    {
        string path = Path.Combine(folder, "taken");
        Directory.CreateDirectory(path);
        bool failed = false;
        try
        {
            Write("taken", "x");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            failed = true;
        }

        Assert.IsTrue(failed);
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder));
    }

    [TestMethod]
    public void A_link_under_the_temporary_or_the_target_name_is_replaced_and_not_followed()
    {
        string outside = Path.Combine(folder, "outside.txt"), path = Path.Combine(folder, "a.csv");
        File.WriteAllText(outside, "mine");
        File.CreateSymbolicLink(path + OpenFolder.TemporaryEnding, outside);
        File.CreateSymbolicLink(path, outside);
        Write("a.csv", "new\n");
        Assert.AreEqual("mine", File.ReadAllText(outside));
        Assert.AreEqual("new\n", File.ReadAllText(path));
        Assert.IsNull(new FileInfo(path).LinkTarget);
    }

    /// <summary>Moved while a file of it is written, with another folder in its place: neither of them gets the file.</summary>
    [TestMethod]
    public void A_folder_that_is_swapped_during_a_write_gets_no_file()
    {
        // Windows moves no folder in which a file is open.
        if (OperatingSystem.IsWindows())
            return;
        string inner = Directory.CreateDirectory(Path.Combine(folder, "inner")).FullName, moved = Path.Combine(folder, "moved");
        using OpenFolder open = OpenFolder.Open(inner);
        Assert.Throws<IOException>(() => open.Write("a.csv", stream =>
        {
            Directory.Move(inner, moved);
            Directory.CreateDirectory(inner);
            stream.Write("new"u8);
        }));
        Assert.IsEmpty(Directory.GetFileSystemEntries(inner));
        Assert.IsFalse(File.Exists(Path.Combine(moved, "a.csv")));
    }

    private void Write(string name, string text) => Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private void Write(string name, Action<Stream> write)
    {
        using OpenFolder open = OpenFolder.Open(folder);
        open.Write(name, write);
    }
}
