using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansRelease.Adapters.Tests.Assets;

/// <summary>What programs do that show a title of their own: they write over the memory behind environ.</summary>
internal static class ProcessTitle
{
    // Counted from the state, which is the third field of the manual's list.
    private const int EnvironmentStart = 47;

    private const int EnvironmentEnd = 48;

    public static void WriteOverEnvironment()
    {
        var text = File.ReadAllText("/proc/self/stat");
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var start = nint.Parse(fields[EnvironmentStart], CultureInfo.InvariantCulture);
        var end = nint.Parse(fields[EnvironmentEnd], CultureInfo.InvariantCulture);
        Marshal.Copy(new byte[end - start], 0, start, (int)(end - start));
    }
}
