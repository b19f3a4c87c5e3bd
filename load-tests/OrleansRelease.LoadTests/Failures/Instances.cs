using System.Globalization;
using OrleansRelease.Core.Identity;
using OrleansRelease.Host.Demo;
using OrleansRelease.Host.Demo.Shop;

namespace OrleansRelease.LoadTests.Failures;

/// <summary>The shop's processes as the machine tells of them: each has in its command where it writes to.</summary>
internal static class Instances
{
    /// <summary>The numbers of all processes of a version of the shop that run from this folder.</summary>
    public static IReadOnlyList<int> Of(DemoFolder folder, string version) =>
        [.. ShopManifests.Slots.SelectMany(slot => Of(folder, slot, version))];

    public static IReadOnlyList<int> Of(DemoFolder folder, SlotKey slot, string version)
    {
        var log = Path.Combine(folder.Logs, $"served-{slot}-{version}-");
        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(path => int.TryParse(
                    Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0 && CommandOf(id).Any(word => word.StartsWith(log, StringComparison.Ordinal))),
        ];
    }

    // One that ends at this moment has none any more.
    private static string[] CommandOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
