using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using OrleansRelease.Core.Effects;

namespace OrleansRelease.Router.Routing;

/// <summary>Tells of which class a request is while a slot sheds load, and what a refused one is told.</summary>
internal sealed class Shedder(Shedding set)
{
    public int Capacity => set.Capacity;

    /// <summary>In whole seconds, as the header has it.</summary>
    public string RetryAfter { get; } =
        ((long)Math.Ceiling(set.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    public RequestClass ClassOf(IHeaderDictionary headers) =>
        IsLow(headers[set.Header]) ? RequestClass.Low : RequestClass.High;

    // Who says two things has said neither.
    private bool IsLow(StringValues said) =>
        said.Count == 1 && said[0] is { Length: <= Shedding.MaxText } one && set.Low.Contains(one);
}

internal enum RequestClass
{
    /// <summary>It came while nothing was shed, and nobody has asked it.</summary>
    Unasked,

    High,

    Low,
}
