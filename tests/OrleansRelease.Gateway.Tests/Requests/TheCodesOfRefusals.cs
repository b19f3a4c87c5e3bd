using System.Reflection;
using System.Runtime.CompilerServices;
using OrleansRelease.Core.Commands;

namespace OrleansRelease.Gateway.Tests.Requests;

public sealed class TheCodesOfRefusals
{
    public static TheoryData<string> Codes =>
        [.. typeof(RefusalCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(constant => (string)constant.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_has_its_status_and_is_documented_under_it(string code)
    {
        Assert.True(Problems.StatusOf.TryGetValue(code, out var status), $"{code} has no status");
        Assert.InRange(status, 400, 499);
        Assert.Contains(Reference(), line =>
            line.StartsWith($"| {status}", StringComparison.Ordinal)
            && line.Contains($"`{code}`", StringComparison.Ordinal));
    }

    private static string[] Reference([CallerFilePath] string here = "") => File.ReadAllLines(
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "reference", "api.md"));
}
