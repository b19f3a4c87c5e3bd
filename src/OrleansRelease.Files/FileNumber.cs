namespace OrleansRelease.Files;

/// <summary>
/// The number by which a file system knows a file whatever it is called and written with: a copy has another one.
/// </summary>
public static class FileNumber
{
    private const string Field = "ino:";

    /// <summary>The file is made where it is not there; null where nobody says its number.</summary>
    public static string? OfNew(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        using var open = File.OpenHandle(
            path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var told = $"/proc/self/fdinfo/{open.DangerousGetHandle()}";
        return File.Exists(told)
            ? File.ReadLines(told).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal))
                ?[Field.Length..].Trim()
            : null;
    }
}
