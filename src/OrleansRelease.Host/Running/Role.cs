namespace OrleansRelease.Host.Running;

/// <summary>What one server process does.</summary>
internal enum Role
{
    /// <summary>Decides and acts, and answers the API.</summary>
    All,

    /// <summary>Decides and acts; over HTTP it tells only its health and its metrics.</summary>
    Silo,

    /// <summary>Answers the API, with the help of those that decide.</summary>
    Gateway,
}
