using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansRelease.Files;

/// <summary>
/// By what a file system knows a file whatever it is called and written with: its number, and when it was born, because
/// the number of a file that is deleted goes to the next one. A copy has others. Not every file system keeps the birth.
/// </summary>
public sealed partial record FileNumber(string Number, string? Birth)
{
    private const int CurrentFolder = -100;
    private const uint AskNumber = 0x100;
    private const uint AskBirth = 0x800;

    /// <summary>The file is made where it is not there; null where nobody says its number.</summary>
    public static FileNumber? OfNew(string path)
    {
        File.OpenHandle(
            path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
        return Of(path);
    }

    /// <summary>Without opening it; null where it is not there, or nobody says its number.</summary>
    public static FileNumber? Of(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            if (Statx(CurrentFolder, path, 0, AskNumber | AskBirth, out var told) != 0) return null;
            return (told.Mask & AskNumber) == 0 ? null : new(
                told.Number.ToString(CultureInfo.InvariantCulture),
                (told.Mask & AskBirth) == 0
                    ? null
                    : string.Create(CultureInfo.InvariantCulture, $"{told.BirthSeconds}.{told.BirthNanos:d9}"));
        }
        catch (EntryPointNotFoundException)
        {
            // A C library that is older than the call.
            return null;
        }
    }

    public override string ToString() => Birth is null ? Number : $"{Number}@{Birth}";

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint wanted, out Told told);

    // struct statx is the same on every processor, and 256 bytes long.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Told
    {
        [FieldOffset(0)]
        public uint Mask;

        [FieldOffset(32)]
        public ulong Number;

        [FieldOffset(80)]
        public long BirthSeconds;

        [FieldOffset(88)]
        public uint BirthNanos;
    }
}
