using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using OrleansRelease.Core.Commands;

namespace OrleansRelease.Gateway.Tests.Requests;

public sealed class TheCodesOfRefusals
{
    public static TheoryData<string> Codes =>
        [.. typeof(RefusalCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(constant => (string)constant.GetRawConstantValue()!)];

    /// <summary>Those of refusals, and those of the edge.</summary>
    public static TheoryData<string> AllCodes => [.. Problems.StatusOf.Keys];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_has_its_status(string code)
    {
        Assert.True(Problems.StatusOf.TryGetValue(code, out var status), $"{code} has no status");
        Assert.InRange(status, 400, 499);
    }

    [Theory]
    [MemberData(nameof(AllCodes))]
    public void Each_is_documented_under_its_status(string code)
    {
        var status = Problems.StatusOf[code].ToString(CultureInfo.InvariantCulture);
        Assert.Contains(Reference().Select(line => line.Split('|')), cells =>
            cells.Length > 2 && cells[1].Split(',', StringSplitOptions.TrimEntries).Contains(status)
            && cells[2].Contains($"`{code}`", StringComparison.Ordinal));
    }

    private static string[] Reference([CallerFilePath] string here = "") => File.ReadAllLines(
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "reference", "api.md"));
}
