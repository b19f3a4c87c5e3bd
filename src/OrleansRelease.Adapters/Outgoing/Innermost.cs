using System.Security.Authentication;

namespace OrleansRelease.Adapters.Outgoing;

/// <summary>What TLS has against the other side stands innermost.</summary>
internal static class Innermost
{
    public static Exception Of(Exception failed) =>
        failed.InnerException is { } inner and (IOException or AuthenticationException) ? Of(inner) : failed;
}
