using System.Security.Cryptography;

namespace PdeDiffusion.Files;

/// <summary>A file and the SHA-256 of its content, in hexadecimal digits.</summary>
public sealed record FileHash(string Path, string Sha256)
{
    /// <summary>The hash of a file as it is now.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static FileHash Of(string path)
    {
        string name = InputText.NameOf(path);
        using FileStream stream = InputText.Open(path, name);
        try
        {
            return new FileHash(path, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (IOException fault)
        {
            throw InputText.Wrong(name, "cannot be read: " + fault.Message.ReplaceLineEndings(" "));
        }
    }
}
